using Qbitel.Cryptography;
using Qbitel.Cryptography.Cards;
using Qbitel.Protocols.ThreeDS;

namespace Qbitel.Hsm.Cards;

/// <summary>Verifies the authentication values of 3-D Secure, with keys that stay in a box.</summary>
/// <remarks>Safe for concurrent use. Without a key the result is indeterminate and never valid.</remarks>
public sealed class ThreeDSVerifier
{
    private readonly HsmProvider _hsm;
    private readonly IReadOnlyList<CavvScheme> _methods;
    private readonly Signer? _receipts;
    private readonly TimeProvider _time;

    /// <param name="hsm">Holds the keys.</param>
    /// <param name="methods">Asked in their order; the CVV method alone where none are given.</param>
    /// <param name="receipts">Signs a receipt of every result; a quantum-safe key.</param>
    /// <param name="time">For the receipts.</param>
    public ThreeDSVerifier(
        HsmProvider hsm, IReadOnlyList<CavvScheme>? methods = null, Signer? receipts = null, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(hsm);
        if (receipts is { Algorithm.IsQuantumSafe: false })
            throw new ArgumentException($"{receipts.Algorithm} is not quantum-safe.", nameof(receipts));
        _hsm = hsm;
        _methods = methods ?? [CavvScheme.CvvMethod];
        _receipts = receipts;
        _time = time ?? TimeProvider.System;
    }

    /// <summary>Verifies one value and judges what follows from it.</summary>
    /// <param name="data">What the authorisation says.</param>
    /// <param name="key">The issuer's key for such values; null where there is none.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public async ValueTask<CavvVerification> VerifyCavvAsync(
        ThreeDSData data, HsmKey? key, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(data);
        (VerificationReason reason, string detail, string method) = await JudgeAsync(data, key, cancellationToken);
        EciMeaning? meaning = Eci.MeaningOf(data.Scheme, data.Eci);
        VerificationStatus status = reason == VerificationReason.None
            ? VerificationStatus.Valid : EmvCryptogramVerifier.StatusOf(reason);
        CavvVerification result = new(status, reason, detail, MaskedPan.Of(data.Pan), data.Scheme, data.Eci, meaning,
            meaning is { } known && Eci.ShiftsLiability(known, status), method);
        return _receipts is null ? result : result with
        {
            Receipt = await VerificationReceipt.SignAsync(_receipts, result, _time.GetUtcNow(), cancellationToken),
        };
    }

    private async ValueTask<(VerificationReason Reason, string Detail, string Method)> JudgeAsync(
        ThreeDSData data, HsmKey? key, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> value = data.AuthenticationValue;
        if (value.Length != ThreeDSData.ValueSize || value.Span.IndexOfAnyExcept((byte)0) < 0)
        {
            return (VerificationReason.MalformedValue,
                $"the authentication value is not {ThreeDSData.ValueSize} bytes, or all zeros", "");
        }

        if (Eci.MeaningOf(data.Scheme, data.Eci) is not { } meaning)
            return (VerificationReason.Inconsistent, "the indicator is none of the scheme", "");
        if (meaning == EciMeaning.NotAuthenticated)
            return (VerificationReason.Inconsistent, "the indicator says that nobody was authenticated", "");

        CavvScheme? method = null;
        foreach (CavvScheme candidate in _methods)
            if (method is null && candidate.Covers(data)) method = candidate;

        if (method is null)
        {
            return (VerificationReason.UnsupportedScheme,
                "how this value is made stands in the scheme's manual; no method for it is plugged in", "");
        }

        if (key is null) return (VerificationReason.NoKey, "no issuer key is given", method.Name);
        try
        {
            return await method.VerifyAsync(_hsm, key, data, cancellationToken)
                ? (VerificationReason.None, "the issuer's key made this value", method.Name)
                : (VerificationReason.WrongValue, "the value is not the one the key makes", method.Name);
        }
        catch (CardException wrong)
        {
            return (VerificationReason.MalformedValue, wrong.Message, method.Name);
        }
        catch (HsmException failed)
        {
            return (EmvCryptogramVerifier.ReasonOf(failed), failed.Message, method.Name);
        }
    }
}
