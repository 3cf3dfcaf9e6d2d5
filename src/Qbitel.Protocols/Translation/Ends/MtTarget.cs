using System.Globalization;
using System.Text;
using Qbitel.Protocols.Identifiers;
using Qbitel.Protocols.Translation.Loss;

namespace Qbitel.Protocols.Translation.Ends;

/// <summary>A FIN message in the making that tells the ledger what it took.</summary>
/// <param name="type">Three digits.</param>
/// <param name="ledger">Of the source.</param>
internal sealed class MtTarget(string type, Ledger ledger)
{
    private readonly List<(string Tag, string Value)> _user = [];
    private readonly List<(string Tag, string Value)> _text = [];

    public string Type { get; } = type;

    public Ledger Ledger { get; } = ledger;

    public Bic? Sender { get; set; }

    public Bic? Receiver { get; set; }

    /// <summary>Of block 2.</summary>
    public char Priority { get; set; } = 'N';

    /// <summary>Whether block 5 says that the message may have been sent before.</summary>
    public bool IsPossibleDuplicate { get; set; }

    public bool Has(string tag) => _text.Exists(field => field.Tag == tag);

    /// <summary>Adds a field that one value gives whole or, where it is too long or has other characters, in part.
    /// </summary>
    public void Put(string tag, SourceLeaf? leaf, string? value = null, int most = int.MaxValue, string? note = null)
    {
        if (leaf is null) return;
        (string written, string? loss) = Fit(value ?? leaf.Value, most);
        _text.Add((tag, written));
        leaf.Account(loss is null ? FieldOutcome.Mapped : FieldOutcome.Truncated, "4/" + tag, loss ?? note);
    }

    /// <summary>Adds a field whose account has been given already.</summary>
    public void Add(string tag, string value) => _text.Add((tag, value));

    /// <summary>Adds a field the source does not have and the type must have.</summary>
    public void Default(string tag, string value, string why)
    {
        _text.Add((tag, value));
        Ledger.Default("4/" + tag, value, why);
    }

    public void User(string tag, SourceLeaf leaf, string value)
    {
        _user.Add((tag, value));
        leaf.Account(FieldOutcome.Mapped, "3/" + tag);
    }

    /// <summary>A flag of block 3 that follows from the type.</summary>
    public void Flag(string tag, string value) => _user.Add((tag, value));

    /// <summary>A value in FIN's characters and length; what was lost by it, in words, or null.</summary>
    public static (string Value, string? Loss) Fit(string value, int most)
    {
        string clean = Clean(value);
        string? loss = clean == value ? null : "characters FIN does not have became '.'";
        if (clean.Length <= most) return (clean, loss);
        return (clean[..(most - 1)] + "+", $"cut to {most} characters");
    }

    /// <summary>Set x of the standard.</summary>
    public static string Clean(string value)
    {
        StringBuilder clean = new(value.Length);
        foreach (char c in value)
        {
            if (c is '\r') continue;
            clean.Append(char.IsAsciiLetterOrDigit(c) || "/-?:().,'+ \n".Contains(c, StringComparison.Ordinal) ? c
                : '.');
        }

        return clean.ToString();
    }

    /// <summary>A comma for a point, and one in any case.</summary>
    public static string Number(decimal value)
    {
        string text = value.ToString(CultureInfo.InvariantCulture);
        return text.Contains('.', StringComparison.Ordinal) ? text.Replace('.', ',') : text + ",";
    }

    /// <summary>Writes the message as the sender hands it to the network.</summary>
    /// <exception cref="MessageFormatException">Sender or receiver has no BIC.</exception>
    public byte[] ToBytes()
    {
        if (Sender is null || Receiver is null)
        {
            throw new MessageFormatException(new ParseError(new Diagnostic("Translation.NoAddress", Severity.Error,
                "a FIN message goes from a BIC to a BIC, and the source does not name both")
            {
                Offset = 0,
                Expected = "BICFI of instructing and instructed agent, or a business application header",
                Actual = Sender is null ? "no BIC of the sender" : "no BIC of the receiver",
            }));
        }

        StringBuilder text = new();
        text.Append("{1:F01").Append(Address(Sender)).Append("0000000000}{2:I").Append(Type).Append(Address(Receiver))
            .Append(Priority).Append('}');
        if (_user.Count > 0)
        {
            text.Append("{3:");
            foreach ((string tag, string value) in _user.OrderBy(field => field.Tag, StringComparer.Ordinal))
                text.Append('{').Append(tag).Append(':').Append(value).Append('}');
            text.Append('}');
        }

        text.Append("{4:\r\n");
        foreach ((string tag, string value) in _text)
        {
            text.Append(':').Append(tag).Append(':')
                .Append(value.Replace("\n", "\r\n", StringComparison.Ordinal)).Append("\r\n");
        }

        text.Append("-}");
        if (IsPossibleDuplicate) text.Append("{5:{PDE:}}");
        return Encoding.Latin1.GetBytes(text.ToString());
    }

    // A logical terminal A of the branch.
    private static string Address(Bic bic) => $"{bic.Party}A{bic.Branch}";
}
