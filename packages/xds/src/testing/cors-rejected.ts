/** What starts an Envoy that has no CORS filter: it rejects what a policy with `cors` becomes, and takes all else. */
export const withoutCors = { disabledExtensions: ["envoy.filters.http/envoy.filters.http.cors"] };

export const cors = { allowOriginStringMatchPrefix: ["https://"] };

/** How such an Envoy rejects it. */
export const corsRejected =
  "Didn't find a registered implementation for 'envoy.filters.http.cors' with type URL: 'envoy.extensions.filters.http.cors.v3.CorsPolicy'";
