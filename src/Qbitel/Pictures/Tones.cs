using Qbitel.Governance;
using Qbitel.Views;

namespace Qbitel.Pictures;

/// <summary>Which mark goes with which word, the same on every page.</summary>
internal static class Tones
{
    public static Tone Of(Verdict verdict) => verdict switch
    {
        Verdict.Pass => Tone.Good,
        Verdict.Fail => Tone.Bad,
        Verdict.AtRisk or Verdict.Excepted or Verdict.NeedsAttestation => Tone.Warning,
        Verdict.NotAssessed => Tone.Unknown,
        _ => Tone.Neutral,
    };

    public static string Word(Verdict verdict) => verdict switch
    {
        Verdict.AtRisk => "AT RISK",
        Verdict.NeedsAttestation => "NEEDS ATTESTATION",
        Verdict.NotAssessed => "NOT ASSESSED",
        Verdict.NotApplicable => "NOT APPLICABLE",
        _ => verdict.ToString().ToUpperInvariant(),
    };

    public static Tone Of(KeyState state) => state switch
    {
        KeyState.Active => Tone.Good,
        KeyState.Compromised => Tone.Bad,
        KeyState.Suspended => Tone.Warning,
        _ => Tone.Neutral,
    };

    public static Tone Of(StepProgress state) => state switch
    {
        StepProgress.Done => Tone.Good,
        StepProgress.Failed => Tone.Bad,
        StepProgress.Started or StepProgress.Unavailable => Tone.Warning,
        _ => Tone.Neutral,
    };
}
