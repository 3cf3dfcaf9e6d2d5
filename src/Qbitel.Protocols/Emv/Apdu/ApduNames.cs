namespace Qbitel.Protocols.Emv.Apdu;

/// <summary>The commands that payment cards have (EMV Book 3, 6.5; Contactless Book C-2; ISO/IEC 7816-4).</summary>
internal static class ApduNames
{
    public const byte Verify = 0x20, ChangePin = 0x24, ResetRetries = 0x2C, Select = 0xA4, ReadRecord = 0xB2,
        GetResponse = 0xC0, GetData = 0xCA, ProcessingOptions = 0xA8, GenerateCryptogram = 0xAE,
        InternalAuthenticate = 0x88, ExternalAuthenticate = 0x82, GetChallenge = 0x84, CardCode = 0x2A;

    public static string? Of(byte cla, byte ins)
    {
        bool isOwn = (cla & 0x80) != 0;
        return ins switch
        {
            Select => "SELECT",
            ReadRecord => "READ RECORD",
            GetResponse => "GET RESPONSE",
            GetData => "GET DATA",
            ProcessingOptions => "GET PROCESSING OPTIONS",
            GenerateCryptogram => "GENERATE AC",
            InternalAuthenticate => "INTERNAL AUTHENTICATE",
            ExternalAuthenticate => "EXTERNAL AUTHENTICATE",
            GetChallenge => "GET CHALLENGE",
            Verify => "VERIFY",
            ChangePin => isOwn ? "PIN CHANGE/UNBLOCK" : "CHANGE REFERENCE DATA",
            ResetRetries => "RESET RETRY COUNTER",
            CardCode => isOwn ? "COMPUTE CRYPTOGRAPHIC CHECKSUM" : "PERFORM SECURITY OPERATION",
            0xEA when isOwn => "EXCHANGE RELAY RESISTANCE DATA",
            0xD0 when isOwn => "RECOVER AC",
            0x16 when isOwn => "CARD BLOCK",
            0x18 when isOwn => "APPLICATION UNBLOCK",
            0x1E when isOwn => "APPLICATION BLOCK",
            0xDA => "PUT DATA",
            0xE2 => "APPEND RECORD",
            0xDC => "UPDATE RECORD",
            0xB0 => "READ BINARY",
            0xD6 => "UPDATE BINARY",
            0x70 => "MANAGE CHANNEL",
            0x22 => "MANAGE SECURITY ENVIRONMENT",
            _ => null,
        };
    }

    /// <summary>What their data hold is a PIN, or stands for one.</summary>
    public static bool HasPin(byte ins) => ins is Verify or ChangePin or ResetRetries;
}
