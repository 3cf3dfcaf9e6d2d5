namespace Qbitel.Access;

/// <summary>The cookie that carries a session.</summary>
/// <remarks>
/// Cookies do not know ports: two consoles on one machine would overwrite each other's, so the port is in the name. It
/// has no <c>Secure</c>, since the console speaks plain HTTP and on the loopback address only.
/// </remarks>
internal static class SessionCookie
{
    public static string? Read(HttpContext context) => context.Request.Cookies[Name(context)];

    public static void Write(HttpContext context, string value) =>
        context.Response.Cookies.Append(Name(context), value, Options());

    public static void Delete(HttpContext context) => context.Response.Cookies.Delete(Name(context), Options());

    private static string Name(HttpContext context) => $"qbitel-session-{context.Connection.LocalPort}";

    private static CookieOptions Options() =>
        new() { HttpOnly = true, SameSite = SameSiteMode.Strict, Path = "/", IsEssential = true };
}
