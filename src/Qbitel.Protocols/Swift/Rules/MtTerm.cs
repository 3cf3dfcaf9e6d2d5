using System.Globalization;
using System.Text;
using Qbitel.Protocols.Swift.Fields;

namespace Qbitel.Protocols.Swift.Rules;

/// <summary>What a term asks of the fields of one occurrence of a sequence.</summary>
internal enum MtTermKind
{
    /// <summary>A field stands, perhaps with one of some values.</summary>
    Stands,

    /// <summary>Every field of the tag has one of some values.</summary>
    Each,

    /// <summary>No two fields of the tag begin with the same four characters.</summary>
    Unique,

    /// <summary>The fields of some tags that stand are all in one currency.</summary>
    SameCurrency,

    /// <summary>As <see cref="SameCurrency"/>, by the first two letters, as balances are compared.</summary>
    KinCurrency,

    /// <summary>The fields of two tags are in two currencies.</summary>
    OtherCurrency,

    /// <summary>The field's amount is zero.</summary>
    Zero,

    /// <summary>The message has this validation flag.</summary>
    Flag,

    /// <summary>The message is of one of these types.</summary>
    Type,

    /// <summary>Always.</summary>
    Always,
}

/// <summary>One term of a rule, such as <c>53a</c>, <c>!36</c>, <c>71A=OUR</c>, <c>same(32A,71G)</c>.</summary>
internal sealed class MtTerm
{
    public MtTermKind Kind { get; private init; }

    public bool IsNegated { get; private init; }

    /// <summary>
    /// Whether the fields before the first occurrence of the sequence, in the one around it, are meant.
    /// </summary>
    public bool IsOuter { get; private init; }

    public TagSet[] Tags { get; private init; } = [];

    public byte[] Qualifier { get; private init; } = [];

    /// <summary>Whole values, or with a star at the end beginnings.</summary>
    public string[] Values { get; private init; } = [];

    public byte[][] ValueBytes { get; private init; } = [];

    public int[] Types { get; private init; } = [];

    public string Shown { get; private init; } = "";

    /// <summary>Reads <c>[!][^]tag[:QUAL][=A,B*]</c>, <c>each tag=A,B*</c>, <c>same(a,b)</c> and kin.</summary>
    public static MtTerm Read(string text)
    {
        text = text.Trim();
        bool negated = text.StartsWith('!');
        string rest = negated ? text[1..] : text;
        if (rest == "always") return new MtTerm { Kind = MtTermKind.Always };
        if (rest.StartsWith("flag=", StringComparison.Ordinal) || rest.StartsWith("type=", StringComparison.Ordinal))
        {
            string[] wanted = rest[5..].Split(',');
            return new MtTerm
            {
                Kind = rest[0] == 'f' ? MtTermKind.Flag : MtTermKind.Type,
                IsNegated = negated,
                Shown = rest,
                Values = wanted,
                ValueBytes = [.. wanted.Select(Encoding.Latin1.GetBytes)],
                Types = rest[0] == 't' ? [.. wanted.Select(type => int.Parse(type, CultureInfo.InvariantCulture))] : [],
            };
        }

        int open = rest.IndexOf('(', StringComparison.Ordinal);
        if (open > 0)
        {
            string[] arguments = rest[(open + 1)..^1].Split(',');
            return new MtTerm
            {
                Kind = rest[..open] switch
                {
                    "same" => MtTermKind.SameCurrency,
                    "kin" => MtTermKind.KinCurrency,
                    "other" => MtTermKind.OtherCurrency,
                    "zero" => MtTermKind.Zero,
                    "unique" => MtTermKind.Unique,
                    _ => throw new FormatException($"the rule term {text} is not known"),
                },
                IsNegated = negated,
                Tags = [.. arguments.Select(TagSet.Read)],
                Shown = rest[..open] is "same" or "kin" ? "the currency of the others" : rest,
            };
        }

        bool each = rest.StartsWith("each ", StringComparison.Ordinal);
        if (each) rest = rest[5..];
        bool outer = rest.StartsWith('^');
        if (outer) rest = rest[1..];
        string[] parts = rest.Split('=');
        string[] tag = parts[0].Split(':');
        string[] values = parts.Length > 1 ? parts[1].Split(',') : [];
        TagSet tags = TagSet.Read(tag[0]);
        string shown = tags + (tag.Length > 1 ? ":" + tag[1] : "");
        return new MtTerm
        {
            Kind = each ? MtTermKind.Each : MtTermKind.Stands,
            IsNegated = negated,
            IsOuter = outer,
            Tags = [tags],
            Qualifier = tag.Length > 1 ? Encoding.Latin1.GetBytes(":" + tag[1] + "/") : [],
            Values = values,
            ValueBytes = [.. values.Select(value => Encoding.Latin1.GetBytes(value.TrimEnd('*')))],
            Shown = each ? string.Join(' ', values).Replace("*", "", StringComparison.Ordinal)
                : values.Length > 0 ? $"{shown} {string.Join(' ', values)}" : shown,
        };
    }

    public bool Takes(FieldSlot slot, ReadOnlySpan<byte> message)
    {
        foreach (TagSet tags in Tags)
        {
            if (tags.Has(slot.Tag)) return slot.Value(message).StartsWith(Qualifier);
        }

        return false;
    }

    public bool HasValue(ReadOnlySpan<byte> value)
    {
        for (int i = 0; i < Values.Length; i++)
        {
            bool isBeginning = Values[i][^1] == '*';
            if (isBeginning ? value.StartsWith(ValueBytes[i]) : value.SequenceEqual(ValueBytes[i])) return true;
        }

        return Values.Length == 0;
    }
}
