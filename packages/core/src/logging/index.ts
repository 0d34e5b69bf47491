export { createLogger, type Logger } from "./create-logger.js";
export { logSettings } from "./log-settings.js";
