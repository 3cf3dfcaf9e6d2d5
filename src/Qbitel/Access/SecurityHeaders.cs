namespace Qbitel.Access;

/// <summary>What every answer tells the browser not to do.</summary>
internal static class SecurityHeaders
{
    // No script at all: the pages have none, so injected ones do not run either.
    private const string ContentSecurityPolicy =
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
        + "frame-ancestors 'none'; "
        + "script-src 'none'; require-trusted-types-for 'script'";

    private const string PermissionsPolicy =
        "accelerometer=(), camera=(), clipboard-read=(), display-capture=(), geolocation=(), gyroscope=(), "
        + "magnetometer=(), "
        + "microphone=(), midi=(), payment=(), usb=()";

    public static Task AddAsync(HttpContext context, RequestDelegate next)
    {
        context.Response.OnStarting(() =>
        {
            IHeaderDictionary headers = context.Response.Headers;
            headers.ContentSecurityPolicy = ContentSecurityPolicy;
            headers.XContentTypeOptions = "nosniff";
            headers.XFrameOptions = "DENY";
            headers["Cross-Origin-Opener-Policy"] = "same-origin";
            headers["Cross-Origin-Resource-Policy"] = "same-origin";
            headers["Permissions-Policy"] = PermissionsPolicy;

            // Not no-referrer: that would make browsers send "Origin: null" with our own forms.
            headers["Referrer-Policy"] = "same-origin";
            if (headers.CacheControl.Count == 0
                || !headers.CacheControl.ToString().StartsWith("public", StringComparison.Ordinal))
            {
                headers.CacheControl = "no-store";
            }

            return Task.CompletedTask;
        });
        return next(context);
    }
}
