using System.Text;
using Qbitel.Protocols.Identifiers;
using Qbitel.Protocols.Swift.Fields;
using Qbitel.Protocols.Swift.Rules;

namespace Qbitel.Protocols.Swift;

/// <summary>Makes an MT103 that breaks no rule carried here, as the sender hands it to the network.</summary>
public sealed class Mt103Builder
{
    private static readonly MtRuleSet Rules = MtRuleSet.Of(103)!;

    private readonly Dictionary<string, List<string>> _others = new(StringComparer.Ordinal);

    /// <summary>The sending bank.</summary>
    public required Bic Sender { get; init; }

    /// <summary>The receiving bank.</summary>
    public required Bic Receiver { get; init; }

    /// <summary>Field 20, up to 16 characters.</summary>
    public required string TransactionReference { get; init; }

    /// <summary>Field 32A, first part.</summary>
    public required DateOnly ValueDate { get; init; }

    /// <summary>Field 32A, what the banks settle.</summary>
    public required Money SettledAmount { get; init; }

    /// <summary>Field 50.</summary>
    public required SwiftParty OrderingCustomer { get; init; }

    /// <summary>Field 59.</summary>
    public required SwiftParty Beneficiary { get; init; }

    /// <summary>Field 71A; shared unless said otherwise.</summary>
    public ChargeBearer Charges { get; init; }

    /// <summary>Field 23B; CRED unless said otherwise.</summary>
    public string BankOperationCode { get; init; } = "CRED";

    /// <summary>Field 33B.</summary>
    public Money? InstructedAmount { get; init; }

    /// <summary>Field 52A.</summary>
    public SwiftParty? OrderingInstitution { get; init; }

    /// <summary>Field 57A.</summary>
    public SwiftParty? AccountWithInstitution { get; init; }

    /// <summary>Field 70: up to four lines of 35 characters.</summary>
    public string? RemittanceInformation { get; init; }

    /// <summary>Field 121 of block 3; a new one unless given.</summary>
    public Uetr Uetr { get; init; } = Uetr.Create();

    /// <summary>Sets any other field of the type; fields go out in the order of the standard.</summary>
    public Mt103Builder Set(string tag, string value)
    {
        ArgumentException.ThrowIfNullOrEmpty(value);
        if (Rules.Field(tag) is null) throw new ArgumentException($"MT103 has no field {tag}", nameof(tag));
        if (!_others.TryGetValue(tag, out List<string>? values)) _others[tag] = values = [];
        values.Add(value);
        return this;
    }

    /// <summary>The finished message.</summary>
    /// <exception cref="MessageFormatException">A rule is broken; the first is told.</exception>
    public Mt103Message Build()
    {
        StringBuilder text = new();
        text.Append("{1:F01").Append(Address(Sender)).Append("0000000000}");
        text.Append("{2:I103").Append(Address(Receiver)).Append("N}");
        text.Append("{3:{121:").Append(Uetr.Value).Append("}}{4:\r\n");
        foreach ((string tag, string value) in Fields())
        {
            Check(tag, value);
            text.Append(':').Append(tag).Append(':').Append(Lines(value)).Append("\r\n");
        }

        text.Append("-}");
        return Mt103Message.Parse(Encoding.Latin1.GetBytes(text.ToString()));
    }

    private IEnumerable<(string Tag, string Value)> Fields()
    {
        List<(string Tag, string? Value)> set =
        [
            ("20", TransactionReference),
            ("23B", BankOperationCode),
            ("32A", SwiftValue.WriteDate(ValueDate) + SwiftValue.WriteMoney(SettledAmount)),
            ("33B", InstructedAmount is null ? null : SwiftValue.WriteMoney(InstructedAmount)),
            ("50" + OrderingCustomer.Option, OrderingCustomer.Write()),
            ("52" + OrderingInstitution?.Option, OrderingInstitution?.Write()),
            ("57" + AccountWithInstitution?.Option, AccountWithInstitution?.Write()),
            ("59" + (Beneficiary.Option == "K" ? "" : Beneficiary.Option), Beneficiary.Write()),
            ("70", RemittanceInformation),
            ("71A", Code(Charges)),
        ];
        return set.Where(pair => pair.Value is not null).Select(pair => (pair.Tag, Value: pair.Value!))
            .Concat(_others.SelectMany(pair => pair.Value.Select(value => (Tag: pair.Key, Value: value))))
            .OrderBy(pair => Rules.Place(pair.Tag));
    }

    // Before it is written, since a value of a wrong form could end its field and begin another.
    private static void Check(string tag, string value)
    {
        MtField? rule = Rules.Field(tag);
        if (rule is not null && SwiftValue.IsOneField(value)
            && rule.Format.Fits(value.Replace("\r\n", "\n", StringComparison.Ordinal), out _))
        {
            return;
        }

        throw new MessageFormatException(new ParseError(new Diagnostic("Mt.FieldFormat", Severity.Error,
            "the value does not have its form")
        {
            Tag = tag,
            Field = rule?.Name,
            Expected = rule?.Format.Notation ?? "an option of the field",
        }));
    }

    private static string Code(ChargeBearer charges) =>
        charges switch { ChargeBearer.OrderingCustomer => "OUR", ChargeBearer.Beneficiary => "BEN", _ => "SHA" };

    // A logical terminal A of the sender's or receiver's branch.
    private static string Address(Bic bic) => $"{bic.Party}A{bic.Branch}";

    private static string Lines(string value) =>
        value.Replace("\r\n", "\n", StringComparison.Ordinal).Replace("\n", "\r\n", StringComparison.Ordinal);
}
