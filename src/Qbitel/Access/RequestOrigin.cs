using System.Net;

namespace Qbitel.Access;

/// <summary>Refuses what a stranger's web page could make the operator's browser send.</summary>
internal static class RequestOrigin
{
    /// <summary>Null for a request that may go on, otherwise the rule that refused it.</summary>
    public static string? Refusal(HttpRequest request)
    {
        // A name that a hostile DNS server has pointed at 127.0.0.1 shows itself here (DNS rebinding). The port is
        // free: SSH forwards.
        if (!IsLoopback(request.Host.Host)) return "This console answers only to 127.0.0.1 and localhost.";

        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)) return null;

        // Fetch metadata: browsers say where a request was born. Other ports of this machine are "same-site", and not
        // us.
        string site = request.Headers["Sec-Fetch-Site"].ToString();
        if (site.Length > 0 && site is not ("same-origin" or "none")) return "The request comes from another site.";

        string origin = request.Headers.Origin.ToString();
        return origin.Length == 0
            || origin.Equals($"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase)
            ? null : "The request comes from another origin.";
    }

    private static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out IPAddress? address) && IPAddress.IsLoopback(address));
}
