export { program } from "./main.js";
