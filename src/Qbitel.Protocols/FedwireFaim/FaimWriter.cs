using System.Text;

namespace Qbitel.Protocols.FedwireFaim;

/// <summary>Writes one tag.</summary>
internal static class FaimWriter
{
    /// <exception cref="ArgumentException">A value does not have its form.</exception>
    public static string Write(FaimTagRule rule, IReadOnlyList<string> values)
    {
        if (values.Count > rule.Elements.Count)
        {
            throw new ArgumentException($"{{{rule.Tag}}} has {rule.Elements.Count} elements, not {values.Count}",
                nameof(values));
        }

        int last = values.Count;
        while (last > 0 && values[last - 1].Length == 0) last--;
        StringBuilder text = new();
        text.Append('{').Append(rule.Tag).Append('}');
        for (int i = 0; i < last; i++)
        {
            FaimElementRule element = rule.Elements[i];
            string value = values[i];
            if (!Fits(element, value))
            {
                throw new ArgumentException(
                    $"element {i + 1} of {{{rule.Tag}}}, {element.Name}, has {element.Expected}", nameof(values));
            }

            text.Append(element.Form == FaimForm.Fixed ? value.PadRight(element.Length) : value);
            if (element.Form is FaimForm.Delimited or FaimForm.DelimitedCode) text.Append('*');
        }

        return text.ToString();
    }

    /// <summary>Whether a value has the length of its element, and does not end it.</summary>
    public static bool Fits(FaimElementRule element, string value)
    {
        bool fits = element.Form switch
        {
            FaimForm.Fixed => value.Length == element.Length || (value.Length < element.Length && element.MayBeBlank),
            FaimForm.DelimitedCode => value.Length is 0 || value.Length == element.Length,
            _ => value.Length <= element.Length,
        };
        return fits && (element.Form == FaimForm.Counted || !value.Contains('*', StringComparison.Ordinal));
    }
}
