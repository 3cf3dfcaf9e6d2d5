using System.Collections.Frozen;

namespace Qbitel.Protocols.Iso8583;

/// <summary>What codes of the standard say in words.</summary>
internal static class Iso8583Meanings
{
    private static readonly FrozenDictionary<string, string> Responses = DataTable.Lines("Iso8583/Specs/responses.txt")
        .Select(line => line.Split(' ', 3)).ToFrozenDictionary(parts => parts[0] + parts[1], parts => parts[2],
            StringComparer.Ordinal);

    /// <summary>The meaning of a response code (field 39); null where the standard has none for it.</summary>
    public static string? OfResponse(string version, string code) => Responses.GetValueOrDefault(version + code);

    /// <summary>The meaning of a field that holds a code; null for others.</summary>
    public static string? Of(Iso8583Message message, Iso8583Slice slice) =>
        slice.Number == 39 ? OfResponse(message.Profile.Version, message.Text(slice)) : null;
}
