namespace Qbitel.Hsm.Cards.Issuing;

/// <summary>Why an issuer's host did not approve; each has its own response code.</summary>
public enum IssuerRefusal
{
    None,

    /// <summary>The message is not an authorisation request, or a field that the host needs is missing.</summary>
    Format,

    /// <summary>The message type is nothing this host answers otherwise.</summary>
    InvalidTransaction,

    /// <summary>The chip's data and the message name different cards, or the number is none.</summary>
    InvalidCard,

    /// <summary>No key for cards of this number and key index.</summary>
    UnknownIssuer,

    /// <summary>Chip data is missing, malformed, or not that of a request for an online decision.</summary>
    ChipData,

    /// <summary>The cryptogram version number is not one the host knows for the scheme.</summary>
    UnknownVersion,

    /// <summary>The cryptogram is not the card's.</summary>
    WrongCryptogram,

    /// <summary>A counter of this card that is not greater than one that was verified before.</summary>
    ReplayedCounter,

    /// <summary>The counter jumps further than the issuer allows.</summary>
    CounterGap,

    /// <summary>Whoever decides about the account says no.</summary>
    Declined,

    /// <summary>The box that holds the keys does not answer.</summary>
    BoxUnavailable,

    /// <summary>The decision could not be made durable.</summary>
    NotRecorded,
}

/// <summary>The response codes of refusals.</summary>
public static class IssuerRefusals
{
    // ISO 8583:1987, field 39; networks give some of them other meanings.
    extension(IssuerRefusal refusal)
    {
        public string ResponseCode => refusal switch
        {
            IssuerRefusal.None => "00",
            IssuerRefusal.Format => "30",
            IssuerRefusal.InvalidTransaction => "12",
            IssuerRefusal.InvalidCard => "14",
            IssuerRefusal.UnknownIssuer => "15",
            IssuerRefusal.ChipData => "06",
            IssuerRefusal.UnknownVersion => "40",
            IssuerRefusal.WrongCryptogram => "63",
            IssuerRefusal.ReplayedCounter => "94",
            IssuerRefusal.CounterGap => "59",
            IssuerRefusal.Declined => "05",
            IssuerRefusal.BoxUnavailable => "91",
            _ => "96",
        };
    }
}
