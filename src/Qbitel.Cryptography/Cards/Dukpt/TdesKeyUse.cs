namespace Qbitel.Cryptography.Cards.Dukpt;

/// <summary>What a key derived from a TDES DUKPT transaction key is for.</summary>
public enum TdesKeyUse
{
    /// <summary>The transaction key itself, from which the others are made.</summary>
    Transaction,

    Pin,

    /// <summary>MACs of the terminal's request.</summary>
    MacRequest,

    /// <summary>MACs of the host's response.</summary>
    MacResponse,

    DataRequest,

    DataResponse,
}
