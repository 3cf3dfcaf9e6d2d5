using System.Globalization;
using System.Text;
using Qbitel.Protocols.Nacha.Rules;

namespace Qbitel.Protocols.Nacha;

/// <summary>What the value of a field says in words.</summary>
internal static class NachaMeaning
{
    public static string? Of(NachaField field, ReadOnlySpan<byte> record)
    {
        ReadOnlySpan<byte> value = field.Of(record);
        if (field.Codes is { } codes) return codes.MeaningOf(Encoding.ASCII.GetString(value));
        return field.Kind switch
        {
            NachaKind.Amount when NachaNumber.ReadLong(value) is var cents && cents >= 0 => NachaNumber.Dollars(cents),
            NachaKind.Date or NachaKind.OptionalDate when NachaNumber.TryReadDate(value, out DateOnly date) =>
                date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            _ when field.Name == "entryClass" => NachaClass.Find(value)?.Title,
            _ when field.Name is "returnedFor" or "dishonoredFor" =>
                NachaCodes.Returns.MeaningOf("R" + Encoding.ASCII.GetString(value)),
            _ => null,
        };
    }
}
