using System.Globalization;
using System.Text;
using Qbitel.Protocols.Nacha.Rules;

namespace Qbitel.Protocols.Nacha;

/// <summary>What a person asks first of a file header.</summary>
internal readonly record struct NachaHeaderSummary(string? Destination, string? Origin, string? Date)
{
    public static NachaHeaderSummary Of(ReadOnlySpan<byte> record)
    {
        NachaLayout layout = NachaLayout.FileHeader;
        return new NachaHeaderSummary(Text(layout["destination"], record), Text(layout["origin"], record),
            NachaNumber.TryReadDate(layout["date"].Of(record), out DateOnly date)
                ? date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) : "");
    }

    private static string Text(NachaField field, ReadOnlySpan<byte> record) =>
        field.Redaction.Mask(Encoding.ASCII.GetString(field.Of(record)).Trim());
}
