using System.Text;

namespace Qbitel.Discovery.Emission;

/// <summary>Lines of code with their indentation.</summary>
internal sealed class CodeText
{
    private readonly StringBuilder _text = new();
    private int _depth;

    public CodeText Line(string line = "")
    {
        if (line is "}" or "};" or "});") _depth--;
        if (line.Length > 0) _text.Append(' ', 4 * _depth).Append(line);
        _text.Append('\n');
        if (line == "{") _depth++;
        return this;
    }

    public override string ToString() => _text.ToString();
}
