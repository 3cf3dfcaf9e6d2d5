using System.Globalization;
using System.Xml;
using Qbitel.Protocols.Iso20022;
using Qbitel.Protocols.Iso20022.Schemas;
using Qbitel.Protocols.Translation.Loss;

namespace Qbitel.Protocols.Translation.Ends;

/// <summary>An ISO 20022 message in the making that tells the ledger what it took.</summary>
/// <param name="type">Such as <c>pacs.008.001.08</c>.</param>
/// <param name="ledger">Of the source.</param>
internal sealed class MxTarget(string type, Ledger ledger)
{
    private readonly MxDraft _draft = new(type);
    private readonly MxSchema _schema = MxSchema.Load(type);
    private readonly HashSet<string> _set = new(StringComparer.Ordinal);
    private readonly string _root = type.StartsWith("head.", StringComparison.Ordinal) ? "/AppHdr/" : "/Document/";

    public string Type { get; } = type;

    public Ledger Ledger { get; } = ledger;

    public bool Has(string path) => _set.Contains(path);

    /// <summary>Whether anything stands below a path.</summary>
    public bool HasBelow(string path) =>
        _set.Any(each => each == path || each.StartsWith(path + "/", StringComparison.Ordinal));

    /// <summary>Sets a value that comes whole from one value of the source.</summary>
    public void Put(string path, SourceLeaf? leaf, string? value = null, string? note = null)
    {
        if (leaf is null || !Knows(path)) return; // the ledger says that there was no place
        Write(path, value ?? leaf.Value);
        leaf.Account(FieldOutcome.Mapped, PathOf(path), note);
    }

    /// <summary>Sets an amount that comes whole from one value of the source.</summary>
    public void PutAmount(string path, SourceLeaf leaf, string currency, decimal amount, string? note = null)
    {
        if (!Knows(path)) return;
        WriteAmount(path, currency, amount);
        leaf.Account(FieldOutcome.Mapped, PathOf(path), note);
    }

    /// <summary>Sets a value that the lines of a field give together.</summary>
    public void PutLines(string path, IReadOnlyList<SourceLeaf> lines, string value, string? note = null)
    {
        if (!Knows(path)) return;
        Write(path, value);
        foreach (SourceLeaf line in lines) line.Account(FieldOutcome.Mapped, PathOf(path), note);
    }

    /// <summary>Sets a value the source does not have and the target must have.</summary>
    public void Default(string path, string value, string why)
    {
        Write(path, value);
        Ledger.Default(PathOf(path), value, why);
    }

    /// <summary>Sets what follows from the shape of the message, such as its count of transactions.</summary>
    public void Derive(string path, string value) => Write(path, value);

    public void DeriveAmount(string path, string currency, decimal amount) => WriteAmount(path, currency, amount);

    /// <summary>The path as the report shows it.</summary>
    public string PathOf(string path) => _root + path.Replace("[1]", "", StringComparison.Ordinal);

    public byte[] ToBytes() => _draft.ToBytes();

    // A message's versions differ in what they have.
    private bool Knows(string path)
    {
        string at = _schema.RootType;
        foreach (string step in path.Split('/'))
        {
            int bracket = step.IndexOf('[', StringComparison.Ordinal);
            string name = bracket < 0 ? step : step[..bracket];
            MxParticle? particle = _schema.Complex(at)?.Particles.FirstOrDefault(each => each.Name == name);
            if (particle is null) return false;
            at = particle.TypeName;
        }

        return true;
    }

    private void Write(string path, string value)
    {
        foreach (char c in value)
        {
            if (XmlConvert.IsXmlChar(c)) continue;
            throw new MessageFormatException(new ParseError(new Diagnostic("Translation.Character", Severity.Error,
                "the source holds a character that XML does not have")
            {
                Offset = 0,
                Path = PathOf(path),
                Expected = "characters of XML 1.0",
                Actual = $"U+{(int)c:X4}",
            }));
        }

        _set.Add(path);
        _draft.Set(path, value);
    }

    private void WriteAmount(string path, string currency, decimal amount)
    {
        _set.Add(path);
        _draft.Set(path, amount.ToString(CultureInfo.InvariantCulture), currency);
    }
}
