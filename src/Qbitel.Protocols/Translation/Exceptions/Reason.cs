using Qbitel.Protocols.Translation.Ends;
using Qbitel.Protocols.Translation.Loss;

namespace Qbitel.Protocols.Translation.Exceptions;

/// <summary>Writes a narrative as a reason: its code where it begins with one that is known, and the rest in words.
/// </summary>
internal static class Reason
{
    private const int LineLength = 105;

    public static void Write(MtField? field, MxTarget target, string at, IReadOnlyList<string> codes)
    {
        if (field is null) return;
        List<SourceLeaf> lines = [.. field.Lines];
        string first = lines[0].Value;
        if (first is ['/', _, _, _, _, '/', ..] && codes.Contains(first[1..5], StringComparer.Ordinal))
        {
            target.Put(at + "Rsn/Cd", lines[0], first[1..5]);
            Text(lines, first[6..], target, at);
        }
        else
        {
            Text(lines, first, target, at);
        }
    }

    /// <summary>Lines of text, each as long as the target's lines may be.</summary>
    public static void Text(IReadOnlyList<SourceLeaf> lines, string first, MxTarget target, string at)
    {
        int number = 0;
        List<SourceLeaf> taken = [];
        string text = "";
        for (int i = 0; i < lines.Count; i++)
        {
            string value = i == 0 ? first : lines[i].Value.StartsWith("//", StringComparison.Ordinal)
                ? lines[i].Value[2..] : lines[i].Value;
            if (value.Length == 0) continue;
            if (text.Length > 0 && text.Length + 1 + value.Length > LineLength)
            {
                target.PutLines($"{at}AddtlInf[{++number}]", taken, text, Remarks.FreeText);
                (taken, text) = ([], "");
            }

            text = text.Length == 0 ? value : $"{text} {value}";
            taken.Add(lines[i]);
        }

        if (taken.Count > 0)
        {
            target.PutLines($"{at}AddtlInf[{++number}]", taken, text,
                taken.Count > 1 ? Remarks.FreeText : null);
        }
    }
}
