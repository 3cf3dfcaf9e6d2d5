using Microsoft.OpenApi;

namespace Qbitel.Server;

/// <summary>The description of the API in OpenAPI, at /api/openapi.json.</summary>
internal static class ApiDocument
{
    public static void Add(IServiceCollection services) =>
        services.AddOpenApi(options => options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new()
            {
                Title = Product.Name,
                Version = Product.Version,
                Description = "What the console shows, for programs. A request carries the session cookie of a "
                    + "signed-in browser; one that changes something also the token of a form in the header "
                    + $"{FormGate.Header}. Errors are problem details (RFC 9457).",
            };
            document.Servers?.Clear(); // the port is the caller's choice

            // Where a comment in the source breaks its lines is nobody's business here.
            foreach (IOpenApiSchema schema in document.Components?.Schemas?.Values ?? [])
            {
                schema.Description = OneLine(schema.Description);
                foreach (IOpenApiSchema property in schema.Properties?.Values ?? [])
                    property.Description = OneLine(property.Description);
            }

            return Task.CompletedTask;
        }));

    public static void Map(IEndpointRouteBuilder routes) => routes.MapOpenApi("/api/openapi.json");

    private static string? OneLine(string? text) =>
        text is null ? null : string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
