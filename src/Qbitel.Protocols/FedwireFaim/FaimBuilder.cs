using System.Text;
using Qbitel.Protocols.Identifiers;

namespace Qbitel.Protocols.FedwireFaim;

/// <summary>Writes a message of the archive format; what it returns breaks no rule carried here, or it
/// throws.</summary>
/// <remarks>The service has not read the format since 14 July 2025: it is for archives and for tests.</remarks>
public sealed class FaimBuilder
{
    private readonly SortedDictionary<string, string[]> _others = new(StringComparer.Ordinal);

    /// <summary>{3600}: CTR, BTR and so on.</summary>
    public required string BusinessFunction { get; init; }

    /// <summary>{1510}; a basic transfer unless said otherwise.</summary>
    public string TypeSubtype { get; init; } = "1000";

    /// <summary>{1520}.</summary>
    public required FaimImad Imad { get; init; }

    /// <summary>{2000}, in dollars.</summary>
    public required Money Amount { get; init; }

    /// <summary>{3100}.</summary>
    public required AbaRoutingNumber Sender { get; init; }

    /// <summary>{3100}, up to 18 characters.</summary>
    public string SenderName { get; init; } = "";

    /// <summary>{3400}.</summary>
    public required AbaRoutingNumber Receiver { get; init; }

    /// <summary>{3400}, up to 18 characters.</summary>
    public string ReceiverName { get; init; } = "";

    /// <summary>{1500}, up to 8 characters.</summary>
    public string RequestCorrelation { get; init; } = "";

    /// <summary>{1500}: whether it is sent for a test.</summary>
    public bool IsTest { get; init; }

    /// <summary>Sets any other tag by its elements in order; empty ones at the end may be left out.</summary>
    /// <exception cref="ArgumentException">There is no such tag, or an element has not its form.</exception>
    public FaimBuilder Set(string tag, params IReadOnlyList<string> elements)
    {
        FaimTagRule rule = FaimTable.Tag(tag) ?? throw new ArgumentException($"FAIM has no tag {tag}", nameof(tag));
        _ = FaimWriter.Write(rule, elements);
        _others[tag] = [.. elements];
        return this;
    }

    /// <summary>The finished message, a tag a line.</summary>
    /// <exception cref="MessageFormatException">A rule is broken; the first is told.</exception>
    /// <exception cref="ArgumentException">An element has not its form.</exception>
    public FaimMessage Build()
    {
        if (Amount.Currency.Code != "USD") throw Refused("the service settles dollars", "USD");

        long cents = Amount.ToMinorUnits();
        if (cents is < 0 or > 999_999_999_999)
            throw Refused("the amount has more digits than the format", "twelve digits");

        StringBuilder text = new();
        Write("1500", "30", RequestCorrelation, IsTest ? "T" : "P", " ");
        Write("1510", TypeSubtype.Length == 4 ? [TypeSubtype[..2], TypeSubtype[2..]] : [TypeSubtype]);
        Write("1520", Imad.Value[..8], Imad.Source, Imad.Sequence);
        Write("2000", cents.ToString("D12", System.Globalization.CultureInfo.InvariantCulture));
        Write("3100", Sender.Value, SenderName);
        Write("3400", Receiver.Value, ReceiverName);
        Write("3600", BusinessFunction);
        foreach ((string tag, string[] elements) in _others) Write(tag, elements);

        FaimMessage message = FaimMessage.Parse(Encoding.Latin1.GetBytes(text.ToString()));
        return message.Validate(ParseMode.Strict).FirstError() is { } broken
            ? throw new MessageFormatException(new ParseError(broken)) : message;

        static MessageFormatException Refused(string message, string expected) =>
            new(new ParseError(new Diagnostic("Faim.Value", Severity.Error, message)
            {
                Tag = "2000",
                Path = "/2000/1",
                Field = "Amount",
                Expected = expected,
            }));

        void Write(string tag, params string[] elements) =>
            text.Append(FaimWriter.Write(FaimTable.Tag(tag)!, elements)).Append('\n');
    }
}
