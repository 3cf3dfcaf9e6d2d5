using System.Globalization;

namespace Qbitel.Protocols.Fpml.Schemas;

/// <summary>Reads the content of a type or group as the table writes it.</summary>
internal struct FpmlContentReader(FpmlSchema schema, string[] words, string owner)
{
    private readonly bool _isSignature = owner.StartsWith(FpmlSchema.SignaturePrefix, StringComparison.Ordinal);
    private int _at;

    public FpmlParticle? ReadAll()
    {
        List<FpmlParticle> parts = [];
        while (_at < words.Length && words[_at][0] != '@') parts.Add(Read());
        return parts.Count switch
        {
            0 => null,
            1 => parts[0],
            _ => new FpmlParticle(FpmlParticleKind.Sequence, 1, 1) { Items = parts },
        };
    }

    private FpmlParticle Read()
    {
        string word = words[_at++];
        if (word is "(" or "[")
        {
            List<FpmlParticle> items = [];
            while (words[_at][0] is not (')' or ']')) items.Add(Read());
            (_, int fewest, int greatest) = Count(words[_at++]);
            return new FpmlParticle(word == "(" ? FpmlParticleKind.Sequence : FpmlParticleKind.Choice, fewest, greatest)
            {
                Items = items,
            };
        }

        (string text, int least, int most) = Count(word);
        switch (text[0])
        {
            case '$':
                return new FpmlParticle(FpmlParticleKind.Sequence, least, most) { Items = [schema.Group(text[1..])] };
            case '&':
                return new FpmlParticle(FpmlParticleKind.Element, least, most)
                {
                    Elements = schema.Substitutes(text[1..]),
                };
            case '%':
                int slash = text.IndexOf('/', StringComparison.Ordinal);
                return new FpmlParticle(FpmlParticleKind.Any, least, most)
                {
                    IsOther = text[1..slash] == "other",
                    Any = Enum.Parse<FpmlAnyContent>(text[(slash + 1)..], ignoreCase: true),
                };
            default:
                int colon = text.IndexOf(':', StringComparison.Ordinal);
                string name = text[..colon];
                return new FpmlParticle(FpmlParticleKind.Element, least, most)
                {
                    Elements = [new FpmlDeclaration(schema, name, schema.Code(name, _isSignature), text[(colon + 1)..],
                        isAbstract: false)],
                };
        }
    }

    private static (string Word, int Least, int Most) Count(string word)
    {
        if (word[^1] == '?') return (word[..^1], 0, 1);
        if (word[^1] == '*') return (word[..^1], 0, int.MaxValue);
        if (word[^1] == '+') return (word[..^1], 1, int.MaxValue);
        if (word[^1] != '}') return (word, 1, 1);

        int open = word.LastIndexOf('{'), comma = word.IndexOf(',', open);
        string most = word[(comma + 1)..^1];
        return (word[..open], int.Parse(word.AsSpan(open + 1, comma - open - 1), CultureInfo.InvariantCulture),
            most.Length == 0 ? int.MaxValue : int.Parse(most, CultureInfo.InvariantCulture));
    }
}
