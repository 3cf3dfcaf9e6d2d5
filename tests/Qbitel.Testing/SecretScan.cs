using System.Text;

namespace Qbitel.Testing;

/// <summary>
/// Looks for secrets in what was said and written. A run of 24 bytes of a key is found wherever it begins, raw, in
/// hexadecimal, in Base64 and in Base64 for addresses; a text, such as a PIN, is found whole in the same forms.
/// </summary>
/// <remarks>
/// Every run of 24 bytes holds a whole block of 12 that begins at a multiple of 12, and those are looked for: it finds
/// some shorter runs as well. In Base64 nine bytes of the block begin where a group of the text does.
/// </remarks>
public sealed class SecretScan
{
    private const int Block = 12, Whole = 9;

    private readonly List<(string Secret, byte[] Form)> _forms = [];

    public void AddKey(string name, ReadOnlySpan<byte> key)
    {
        if (key.Length < 2 * Block)
            throw new ArgumentException($"{name} is shorter than {2 * Block} bytes.", nameof(key));
        for (int at = 0; at + Block <= key.Length; at += Block)
        {
            ReadOnlySpan<byte> block = key.Slice(at, Block);
            if (block.IndexOfAnyExcept(block[0]) < 0) continue; // padding
            _forms.Add((name, block.ToArray()));
            AddForms(name, Convert.ToHexString(block), Convert.ToHexStringLower(block));
            for (int group = 0; group + Whole <= Block; group++)
            {
                string text = Convert.ToBase64String(block.Slice(group, Whole));
                AddForms(name, text, text.Replace('+', '-').Replace('/', '_'));
            }
        }
    }

    public void AddText(string name, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        AddForms(name, text, Convert.ToHexString(bytes), Convert.ToHexStringLower(bytes));

        // With what stands before it unknown: the groups that are its own.
        for (int before = 0; before < 3; before++)
        {
            int size = (bytes.Length - before) / 3 * 3;
            if (size >= Whole) AddForms(name, Convert.ToBase64String(bytes.AsSpan(before, size)));
        }
    }

    /// <summary>The names of the secrets in it.</summary>
    public string[] In(ReadOnlySpan<byte> content)
    {
        HashSet<string> found = [];
        foreach ((string secret, byte[] form) in _forms)
            if (content.IndexOf(form) >= 0) found.Add(secret);
        return [.. found.Order(StringComparer.Ordinal)];
    }

    public string[] In(string content) => In(Encoding.UTF8.GetBytes(content));

    private void AddForms(string name, params string[] forms)
    {
        foreach (string form in forms) _forms.Add((name, Encoding.UTF8.GetBytes(form)));
    }
}
