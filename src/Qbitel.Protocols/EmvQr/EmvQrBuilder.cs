using Qbitel.Protocols.Identifiers;

namespace Qbitel.Protocols.EmvQr;

/// <summary>Makes merchant-presented codes that break no rule; lengths, order and checksum are filled in.</summary>
public sealed class EmvQrBuilder
{
    private readonly EmvQrDraft _draft = new();

    /// <param name="isForOnePayment">Whether each payment has a code of its own (12), or many share it (11).</param>
    public EmvQrBuilder(bool isForOnePayment = false)
    {
        _draft.Add("00", "01");
        _draft.Add("01", isForOnePayment ? "12" : "11");
    }

    /// <summary>Sets one value, as <c>52</c>, <c>26/00</c> or <c>62/05</c>.</summary>
    /// <exception cref="ArgumentException">There is no such object, or the value has not its form.</exception>
    public EmvQrBuilder Set(string path, string value)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(value);
        if (EmvQrTable.Find(path) is not { Form.IsTemplate: false } rule || path is "00" or "01" or "63")
            throw new ArgumentException($"{path} is no value to be set", nameof(path));
        if (!rule.Form.Fits(value) && value != "***")
            throw new ArgumentException($"{path} must be {rule.Form.Words}", nameof(value));
        _draft.Add(path, value);
        return this;
    }

    /// <summary>Sets currency and amount.</summary>
    public EmvQrBuilder SetAmount(Money amount)
    {
        ArgumentNullException.ThrowIfNull(amount);
        return Set("53", amount.Currency.NumericCode.ToString("D3", System.Globalization.CultureInfo.InvariantCulture))
            .Set("54", amount.Amount.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    /// <summary>The code.</summary>
    /// <exception cref="MessageFormatException">It breaks a rule.</exception>
    public EmvQrCode Build()
    {
        _draft.Sort();
        byte[] bytes = _draft.ToBytes(EmvQrMode.MerchantPresented)
            ?? throw new MessageFormatException(new ParseError(new Diagnostic("EmvQr.TooLong", Severity.Error,
                "a template is longer than its length can say")
            {
                Expected = "at most 99 characters in each template",
            }));
        EmvQrCode code = EmvQrCode.Parse(bytes);
        return code.Validate().FirstError() is { } wrong ? throw new MessageFormatException(new ParseError(wrong))
            : code;
    }
}
