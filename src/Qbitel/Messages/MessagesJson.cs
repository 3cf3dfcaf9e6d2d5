using System.Text.Json.Serialization;

namespace Qbitel.Messages;

/// <summary>Results of the commands that change messages, as JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(RedactedFiles))]
internal sealed partial class MessagesJson : JsonSerializerContext;

/// <summary>The files that were covered.</summary>
internal sealed record RedactedFiles(IReadOnlyList<RedactedFile> Files);
