namespace Qbitel.Discovery.Evaluation;

/// <summary>How well boundaries, types and confidences of one file agree with its truth.</summary>
/// <remarks>P, R, F1 and false positive rate pool all interior offsets of the file; format match score is a mean over
/// messages.</remarks>
public sealed record Scores
{
    public required int Messages { get; init; }

    /// <summary>True cuts among all cuts; not a number where there are none.</summary>
    public required double Precision { get; init; }

    public required double Recall { get; init; }

    public required double F1 { get; init; }

    /// <summary>False cuts among all offsets that are no true boundary.</summary>
    public required double FalsePositiveRate { get; init; }

    /// <summary>How near the cuts are to true boundaries, damped where there are too many or too few.</summary>
    public required double FormatMatch { get; init; }

    /// <summary>Share of true fields with both ends cut and no cut inside.</summary>
    public required double Perfection { get; init; }

    /// <summary>F1 where neighbouring constant fields count as one.</summary>
    public required double F1MergedConstants { get; init; }

    /// <summary>V-measure of the message types; not a number for cutters that give none.</summary>
    public double TypeAgreement { get; init; } = double.NaN;

    /// <summary>Expected calibration error of the fields' confidences, in ten bins.</summary>
    public double CalibrationError { get; init; } = double.NaN;

    /// <summary>Right meanings among all that were given; not a number where none was.</summary>
    public double SemanticPrecision { get; init; } = double.NaN;

    /// <summary>Right meanings among all true fields.</summary>
    public double SemanticRecall { get; init; } = double.NaN;
}
