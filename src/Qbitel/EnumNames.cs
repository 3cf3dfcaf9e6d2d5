using System.Text.Json;
using System.Text.Json.Serialization;

namespace Qbitel;

/// <summary>Enumerations in JSON are words (<c>not-assessed</c>), never numbers.</summary>
internal sealed class EnumNames<T>()
    : JsonStringEnumConverter<T>(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false)
    where T : struct, Enum;
