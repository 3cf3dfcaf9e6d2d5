using System.Text.Json.Serialization;

namespace Qbitel.Views;

/// <summary>What an assessment says; nothing else is ever said.</summary>
[JsonConverter(typeof(EnumNames<Verdict>))]
public enum Verdict
{
    /// <summary>Evidence is complete and fresh, and every check holds.</summary>
    Pass,

    /// <summary>A check fails now.</summary>
    Fail,

    /// <summary>Holds now and fails at a known date.</summary>
    AtRisk,

    /// <summary>Fails, and an approved exception that has not expired applies.</summary>
    Excepted,

    /// <summary>A statement of a person is required, or has lapsed.</summary>
    NeedsAttestation,

    /// <summary>There is no evidence, or it is stale, or nothing is in scope.</summary>
    NotAssessed,

    /// <summary>The scope rule says so.</summary>
    NotApplicable,
}
