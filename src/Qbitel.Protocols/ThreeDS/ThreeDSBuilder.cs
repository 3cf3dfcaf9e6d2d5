using System.Globalization;
using Qbitel.Protocols.ThreeDS.Rules;

namespace Qbitel.Protocols.ThreeDS;

/// <summary>Makes messages that break no rule of the table.</summary>
public sealed class ThreeDSBuilder
{
    private readonly ThreeDSDraft _draft = new();
    private readonly MessageKind _kind;
    private readonly int _version;

    /// <param name="messageType"><c>AReq</c> and its kin.</param>
    /// <param name="version">2.2.0 or 2.3.1.</param>
    public ThreeDSBuilder(string messageType, string version = "2.2.0")
    {
        ArgumentNullException.ThrowIfNull(messageType);
        if (!Enum.TryParse(messageType, out _kind) || _kind.ToString() != messageType || _kind == MessageKind.Method)
            throw new ArgumentException($"{messageType} is no message of 3-D Secure", nameof(messageType));
        _version = VersionRange.Find(version);
        if (_version <= VersionRange.Archived)
            throw new ArgumentException($"messages of version {version} are not made", nameof(version));
        _draft.TrySet("messageType", messageType);
        _draft.TrySet("messageVersion", version);
    }

    /// <summary>Sets one value.</summary>
    /// <param name="path">As in <c>acctInfo/chAccDate</c> or <c>messageExtension/0/id</c>.</param>
    /// <param name="value">Its text; true and false where the field has them.</param>
    /// <exception cref="ArgumentException">The path leads through another value.</exception>
    public ThreeDSBuilder Set(string path, string value)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(value);
        return _draft.TrySet(path, value) ? this
            : throw new ArgumentException($"{path} leads through another value", nameof(path));
    }

    /// <summary>Sets the fields of a purchase: amount in minor units, currency, decimals and time.</summary>
    public ThreeDSBuilder SetPurchase(Identifiers.Money amount, DateTimeOffset time)
    {
        ArgumentNullException.ThrowIfNull(amount);
        int exponent = amount.Currency.Exponent
            ?? throw new ArgumentException($"{amount.Currency} has no minor unit", nameof(amount));
        return Set("purchaseAmount", amount.ToMinorUnits().ToString(CultureInfo.InvariantCulture))
            .Set("purchaseCurrency", amount.Currency.NumericCode.ToString("D3", CultureInfo.InvariantCulture))
            .Set("purchaseExponent", exponent.ToString(CultureInfo.InvariantCulture))
            .Set("purchaseDate", time.UtcDateTime.ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture));
    }

    /// <summary>The message.</summary>
    /// <param name="request">The AReq it answers, whose rules apply to it.</param>
    /// <exception cref="MessageFormatException">It breaks a rule.</exception>
    public ThreeDSMessage Build(ThreeDSMessage? request = null)
    {
        ThreeDSMessage message = ThreeDSMessage.Parse(_draft.ToBytes(_kind, _version));
        return message.Validate(ParseMode.Lenient, request).FirstError() is { } wrong
            ? throw new MessageFormatException(new ParseError(wrong)) : message;
    }

    /// <summary>
    /// The error message that answers a finding. It tells which field is wrong, never what was in it.
    /// </summary>
    /// <param name="finding">A finding that has a code (<see cref="ThreeDSErrorCodes.Of"/>).</param>
    /// <param name="component">Who found it: C for the SDK, S for the 3DS Server, D for the directory server, A for the
    /// ACS.</param>
    /// <param name="about">The message in error; null where it could not be read.</param>
    /// <param name="version">Of the error message; that of the message in error where it is one of ours.</param>
    public static ThreeDSMessage BuildError(Diagnostic finding, char component, ThreeDSMessage? about,
        string version = "2.2.0")
    {
        ArgumentNullException.ThrowIfNull(finding);
        int code = ThreeDSErrorCodes.Of(finding)
            ?? throw new ArgumentException($"{finding.Code} is not told in an error message", nameof(finding));
        bool isOurs = about is { VersionNumber: > VersionRange.Archived, IsMethodData: false };
        ThreeDSBuilder builder = new("Erro", isOurs ? about!.Version! : version);
        builder.Set("errorCode", code.ToString(CultureInfo.InvariantCulture))
            .Set("errorComponent", component.ToString())
            .Set("errorDescription", ThreeDSErrorCodes.Describe(code)!)
            .Set("errorDetail", finding.Field ?? finding.Message);
        if (about?.Kind is { } kind && kind != MessageKind.Method) builder.Set("errorMessageType", kind.ToString());
        foreach (string id in (string[])["threeDSServerTransID", "dsTransID", "acsTransID", "sdkTransID"])
            if (about?[id] is { } value && FieldCheck.Fits(value, FieldTable.Named(id)!.Form)) builder.Set(id, value);

        return builder.Build();
    }
}
