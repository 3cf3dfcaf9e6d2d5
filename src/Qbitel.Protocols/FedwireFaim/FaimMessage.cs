using System.Buffers;
using System.Globalization;
using System.Text;
using Qbitel.Protocols.Identifiers;

namespace Qbitel.Protocols.FedwireFaim;

/// <summary>
/// One message of the Fedwire Funds Service in its tag format FAIM 3.0, with its bytes as they came. Immutable.
/// </summary>
public sealed class FaimMessage
{
    private readonly byte[] _bytes;

    private FaimMessage(byte[] bytes, FaimReading reading)
    {
        _bytes = bytes;
        Fields = reading.Fields;
        Findings = reading.Findings.Found;
    }

    /// <summary>The tags in the order of the message, unknown ones too.</summary>
    public IReadOnlyList<FaimField> Fields { get; }

    /// <summary>What is wrong with the form of tags and elements. Rules are <see cref="Validate"/>'s to tell.</summary>
    public IReadOnlyList<Diagnostic> Findings { get; }

    public ReadOnlyMemory<byte> RawContent => _bytes;

    /// <summary>{1520}; null where it is absent or malformed.</summary>
    public FaimImad? Imad =>
        FaimImad.TryParse(string.Concat(Find("1520")?.Elements.Select(element => element.Value) ?? []),
            out FaimImad imad) ? imad : null;

    /// <summary>{2000} in dollars; null where it is absent or malformed.</summary>
    public Money? Amount =>
        Find("2000")?[1] is { Length: 12 } cents && Ascii.IsDigits(cents)
            && Currency.TryParse("USD", out Currency dollars)
            ? Money.FromMinorUnits(long.Parse(cents, CultureInfo.InvariantCulture), dollars) : null;

    /// <summary>{3600}, three letters such as CTR.</summary>
    public string? BusinessFunction => Find("3600")?[1];

    /// <summary>{1510}, type and subtype: four digits such as 1000.</summary>
    public string? TypeSubtype =>
        Find("1510") is { } type ? string.Concat(type.Elements.Select(element => element.Value)) : null;

    /// <summary>{3100}, the routing number of the sender.</summary>
    public string? Sender => Find("3100")?[1];

    /// <summary>{3400}, the routing number of the receiver.</summary>
    public string? Receiver => Find("3400")?[1];

    /// <summary>{3320}.</summary>
    public string? SenderReference => Find("3320")?[1];

    /// <summary>Whether it was sent for a test: {1500} or {1100}.</summary>
    public bool IsTest => (Find("1500") ?? Find("1100"))?["TestProduction"] == "T";

    /// <summary>The first field with a tag.</summary>
    /// <param name="tag">Four digits.</param>
    public FaimField? Find(string tag) => Fields.FirstOrDefault(field => field.Tag == tag);

    /// <summary>Reads exactly one message.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out FaimMessage message, out ParseError error)
    {
        message = null!;
        if (NotOne(bytes) is { } wrong)
        {
            error = wrong;
            return false;
        }

        if (FaimFrame.FindEnd(bytes, out int length))
        {
            error = new ParseError(new Diagnostic("Faim.TrailingBytes", Severity.Error,
                "another message follows")
            {
                Offset = length,
                Length = bytes.Length - length,
                Expected = "the end of the input",
                Actual = "{" + Encoding.ASCII.GetString(bytes.Slice(length + 1, 4)) + "}",
            });
            return false;
        }

        message = Read(bytes);
        error = null!;
        return true;
    }

    /// <exception cref="MessageFormatException">The bytes are not one message.</exception>
    public static FaimMessage Parse(ReadOnlySpan<byte> bytes) =>
        TryParse(bytes, out FaimMessage message, out ParseError error)
            ? message : throw new MessageFormatException(error);

    /// <summary>Reads every message of a file; what is not a message is in the findings of the one before it.</summary>
    /// <exception cref="MessageFormatException">The bytes begin with no message.</exception>
    public static IReadOnlyList<FaimMessage> ParseAll(ReadOnlySpan<byte> bytes)
    {
        if (NotOne(bytes) is { } wrong) throw new MessageFormatException(wrong);
        List<FaimMessage> all = [];
        while (true)
        {
            bool more = FaimFrame.FindEnd(bytes, out int length);
            all.Add(Read(bytes[..length]));
            if (!more) return all;
            bytes = bytes[length..];
        }
    }

    /// <summary>The findings of form, and those of the format's rules.</summary>
    public IReadOnlyList<Diagnostic> Validate(ParseMode mode = ParseMode.Lenient)
    {
        DiagnosticList found = new();
        foreach (Diagnostic finding in Findings) found.Add(Weigh(finding, mode));
        FaimRules rules = new(this);
        foreach (Diagnostic finding in rules.Run()) found.Add(Weigh(finding, mode));
        return found.Found;
    }

    /// <summary>The message with one element changed; every other byte stays, but for the tag's own delimiters.
    /// </summary>
    /// <exception cref="ArgumentException">There is no such tag or element, or the value has not its form.</exception>
    public FaimMessage With(string tag, int element, string value)
    {
        FaimField field = Find(tag) ?? throw new ArgumentException($"the message has no {{{tag}}}", nameof(tag));
        FaimTagRule rule = FaimTable.Tag(tag)
            ?? throw new ArgumentException($"{{{tag}}} is no tag of the format", nameof(tag));
        ArgumentOutOfRangeException.ThrowIfLessThan(element, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(element, rule.Elements.Count);
        string[] values = [.. Enumerable.Range(1, Math.Max(element, field.Elements.Count)).Select(index =>
            index == element ? value : index <= field.Elements.Count ? field.Elements[index - 1].Value : "")];
        byte[] written = Encoding.Latin1.GetBytes(FaimWriter.Write(rule, values));
        return Parse([.. _bytes.AsSpan(0, field.Offset), .. written, .. _bytes.AsSpan(field.Offset + field.Length)]);
    }

    public void WriteTo(IBufferWriter<byte> destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        destination.Write(_bytes);
    }

    public byte[] ToBytes() => [.. _bytes];

    /// <summary>Function and accountability data: no value is personal.</summary>
    public override string ToString() => $"FAIM {BusinessFunction} {Imad}";

    internal static FaimMessage Read(ReadOnlySpan<byte> bytes) => new(bytes.ToArray(), new FaimReading(bytes));

    /// <summary>Why bytes do not begin with a message; null where they do.</summary>
    internal static ParseError? NotOne(ReadOnlySpan<byte> bytes)
    {
        int at = FaimTagReader.SkipGap(bytes);
        ReadOnlySpan<byte> begin = bytes[at..];
        if (FaimTagReader.IsTag(begin)) return null;

        bool isIncomplete = begin.Length < FaimTagReader.TagLength
            && (begin.IsEmpty || (begin[0] == '{' && !begin[1..].ContainsAnyExceptInRange((byte)'0', (byte)'9')));
        return new ParseError(new Diagnostic(isIncomplete ? "Faim.Incomplete" : "Faim.TagForm", Severity.Error,
            isIncomplete ? "the message is cut" : "a message begins with a tag")
        {
            Offset = at,
            Expected = "{1500}",
            Actual = isIncomplete ? "the end of the input" : Redaction.Text.Mask(begin[..Math.Min(6, begin.Length)]),
        }, isIncomplete);
    }

    // A tag unknown to the last version may be of an archive's own; an element without its end is kept there too.
    private static Diagnostic Weigh(Diagnostic finding, ParseMode mode) => mode switch
    {
        ParseMode.Strict when finding.Severity == Severity.Warning => finding with { Severity = Severity.Error },
        ParseMode.Archive when finding.Code is "Faim.UnknownTag" or "Faim.Delimiter" =>
            finding with { Severity = Severity.Warning },
        _ => finding,
    };
}
