namespace Qbitel.Access;

/// <summary>
/// Whether a request comes from a program, which wants problem details, or from a person's browser, which wants a page.
/// </summary>
internal static class Asker
{
    public static bool IsProgram(HttpContext context) =>
        context.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase)
        || !context.Request.Headers.Accept.Any(value =>
            value?.Contains("text/html", StringComparison.OrdinalIgnoreCase) == true);
}
