using Qbitel.Protocols.Translation.Loss;

namespace Qbitel.Protocols.Translation.Ends;

/// <summary>Lays pieces of text into a few lines of one width and tells what did not fit.</summary>
/// <param name="width">Characters of a line, with what stands before the text.</param>
/// <param name="most">Lines.</param>
internal sealed class TextFold(int width, int most)
{
    private readonly List<string> _lines = [];
    private bool _isFull;

    public IReadOnlyList<string> Lines => _lines;

    public int Left => most - _lines.Count;

    /// <summary>Adds a piece, on lines of its own.</summary>
    /// <param name="text">In any characters; those FIN does not have are replaced.</param>
    /// <param name="leaves">The values it was made of.</param>
    /// <param name="target">Where it stands now.</param>
    /// <param name="first">What begins its first line, such as <c>1/</c>.</param>
    /// <param name="next">What begins the others.</param>
    /// <param name="reserve">Lines to keep free for what comes after.</param>
    /// <param name="note">What to say where nothing was lost.</param>
    public void Add(string text, IEnumerable<SourceLeaf> leaves, string target, string first = "", string next = "",
        int reserve = 0, string? note = null)
    {
        string clean = MtTarget.Clean(text).Replace('\n', ' ');
        bool replaced = clean != text.Replace('\n', ' ');
        List<string> cut = [];
        for (int at = 0; at < clean.Length || cut.Count == 0;)
        {
            string mark = cut.Count == 0 ? first : next;
            int length = Math.Min(width - mark.Length, clean.Length - at);
            if (at + length < clean.Length)
            {
                // Break at a space where there is one in the second half of the line.
                int space = clean.LastIndexOf(' ', at + length - 1, length / 2);
                if (space > at) length = space + 1 - at;
            }

            string piece = clean.Substring(at, length);
            // A line that began with ':' or '-' would end the field.
            if (mark.Length == 0 && piece.StartsWith('-')) piece = "." + piece[1..];
            if (mark.Length == 0 && piece.StartsWith(':')) piece = "." + piece[1..];
            cut.Add(mark + piece.TrimEnd(' '));
            at += length;
        }

        int room = _isFull ? 0 : Math.Max(0, Left - reserve);
        bool fits = cut.Count <= room;
        List<string> taken = [.. cut.Take(room)];
        if (!fits && taken.Count > 0)
        {
            string last = taken[^1];
            taken[^1] = (last.Length >= width ? last[..(width - 1)] : last) + "+";
        }

        if (!fits) _isFull = true;
        _lines.AddRange(taken);
        foreach (SourceLeaf leaf in leaves)
        {
            if (taken.Count == 0) leaf.Account(FieldOutcome.Dropped, null, "no line is left for it");
            else if (!fits) leaf.Account(FieldOutcome.Truncated, target, "cut where the lines end");
            else if (replaced) leaf.Account(FieldOutcome.Truncated, target, "characters FIN does not have became '.'");
            else leaf.Account(FieldOutcome.Mapped, target, cut.Count > 1 ? "runs over several lines" : note);
        }
    }
}
