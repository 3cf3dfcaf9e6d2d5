using Qbitel.Protocols.Translation.Loss;

namespace Qbitel.Protocols.Translation.Ends;

/// <summary>One statement of field 72: <c>/CODE/text</c> and the lines that continue it with <c>//</c>.</summary>
/// <param name="Code">Empty for lines before the first code.</param>
/// <param name="Lines">Of the field.</param>
/// <param name="Text">After the code, continuation marks taken out.</param>
internal sealed record CodedLines(string Code, IReadOnlyList<SourceLeaf> Lines, string Text)
{
    public static IReadOnlyList<CodedLines> Read(MtField field)
    {
        List<CodedLines> found = [];
        string code = "", text = "";
        List<SourceLeaf> lines = [];
        foreach (SourceLeaf line in field.Lines)
        {
            string value = line.Value;
            int end = value.Length > 2 && value[0] == '/' && value[1] != '/' ? value.IndexOf('/', 1) : -1;
            if (end is > 1 and <= 9)
            {
                Close();
                (code, text) = (value[1..end], value[(end + 1)..]);
            }
            else
            {
                string more = value.StartsWith("//", StringComparison.Ordinal) ? value[2..] : value;
                // A line that is full was cut where it ended; any other ended at a word.
                text = text.Length == 0 || lines is [.., { Value.Length: 35 }] ? text + more : $"{text} {more}";
            }

            lines.Add(line);
        }

        Close();
        return found;

        void Close()
        {
            if (lines.Count > 0) found.Add(new CodedLines(code, [.. lines], text));
            lines = [];
        }
    }
}
