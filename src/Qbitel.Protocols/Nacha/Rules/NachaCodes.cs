using System.Collections.Frozen;

namespace Qbitel.Protocols.Nacha.Rules;

/// <summary>A set of codes and what they mean, from <c>Nacha/Rules/codes.txt</c>.</summary>
internal sealed class NachaCodes
{
    private static readonly FrozenDictionary<string, NachaCodes> Sets = Read();

    public static readonly NachaCodes Transactions = Sets["transaction"];
    public static readonly NachaCodes Returns = Sets["return"];
    public static readonly NachaCodes Changes = Sets["change"];
    public static readonly NachaCodes WageWords = Sets["wage"];

    private readonly FrozenDictionary<string, string> _meanings;
    private readonly FrozenSet<int> _packed;

    private NachaCodes(Dictionary<string, string> meanings)
    {
        _meanings = meanings.ToFrozenDictionary(StringComparer.Ordinal);
        _packed = meanings.Keys.Where(code => code.Length <= 4)
            .Select(code => Pack(System.Text.Encoding.ASCII.GetBytes(code))).ToFrozenSet();
    }

    public IEnumerable<string> All => _meanings.Keys;

    public static NachaCodes? Find(string set) => Sets.GetValueOrDefault(set);

    /// <summary>Whether a code of at most four characters, filled with spaces, is one of the set.</summary>
    public bool Contains(ReadOnlySpan<byte> code) => _packed.Contains(Pack(code.TrimEnd((byte)' ')));

    public bool Contains(string code) => _meanings.ContainsKey(code);

    public string? MeaningOf(string code) => _meanings.GetValueOrDefault(code.TrimEnd());

    private static int Pack(ReadOnlySpan<byte> code)
    {
        int packed = 0;
        foreach (byte character in code) packed = (packed << 8) | character;
        return packed;
    }

    private static FrozenDictionary<string, NachaCodes> Read()
    {
        Dictionary<string, Dictionary<string, string>> sets = new(StringComparer.Ordinal);
        Dictionary<string, string> set = [];
        foreach (string line in DataTable.Lines("Nacha/Rules/codes.txt"))
        {
            if (line[0] == '[')
            {
                sets[line.Trim('[', ']')] = set = new Dictionary<string, string>(StringComparer.Ordinal);
                continue;
            }

            string[] parts = line.Split(' ', 2);
            set[parts[0]] = parts[1];
        }

        return sets.ToFrozenDictionary(pair => pair.Key, pair => new NachaCodes(pair.Value), StringComparer.Ordinal);
    }
}
