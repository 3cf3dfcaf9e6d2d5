using System.Security.Cryptography;
using System.Text;
using Microsoft.Net.Http.Headers;
using Qbitel.Discovery.Reports;

namespace Qbitel.Server;

/// <summary>
/// The style sheet and the mark, from inside the program: nothing is looked for on disk or on other hosts.
/// </summary>
internal static class AssetEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        (string, string, byte[])[] assets =
        [
            ("qbitel.css", "text/css; charset=utf-8", Read("qbitel.css")),
            ("qbitel.svg", "image/svg+xml", Read("qbitel.svg")),
            ("map.css", "text/css; charset=utf-8", Encoding.UTF8.GetBytes(ProtocolMap.Style)),
        ];
        foreach ((string name, string type, byte[] content) in assets)
        {
            EntityTagHeaderValue tag = new($"\"{Convert.ToHexStringLower(SHA256.HashData(content)[..12])}\"");
            routes.MapGet("/assets/" + name, context =>
                {
                    context.Response.Headers.CacheControl = "public, no-cache"; // kept, and asked about each time
                    return Results.Bytes(content, type, entityTag: tag).ExecuteAsync(context);
                })
                .AllowAnonymous().ExcludeFromDescription();
        }
    }

    private static byte[] Read(string name)
    {
        using Stream stream = typeof(AssetEndpoints).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"{name} is not in the program.");
        using MemoryStream copy = new();
        stream.CopyTo(copy);
        return copy.ToArray();
    }
}
