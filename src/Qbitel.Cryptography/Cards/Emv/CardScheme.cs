namespace Qbitel.Cryptography.Cards.Emv;

/// <summary>Whose rules a card follows.</summary>
public enum CardScheme
{
    Unknown,
    Visa,
    Mastercard,
    AmericanExpress,
    Discover,
    Jcb,
    UnionPay,
}

/// <summary>How a scheme is told from a card.</summary>
public static class CardSchemes
{
    extension(CardScheme)
    {
        /// <summary>By the first five bytes of an application's identifier (ISO/IEC 7816-5); unknown where they are
        /// of nobody here.</summary>
        public static CardScheme OfApplication(ReadOnlySpan<byte> identifier) => identifier.Length < 5
            ? CardScheme.Unknown
            : (identifier[0], identifier[1], identifier[2], identifier[3], identifier[4]) switch
            {
                (0xA0, 0, 0, 0, 0x03) => CardScheme.Visa,
                (0xA0, 0, 0, 0, 0x04) => CardScheme.Mastercard,
                (0xA0, 0, 0, 0, 0x25) => CardScheme.AmericanExpress,
                (0xA0, 0, 0, 0x01, 0x52) => CardScheme.Discover,
                (0xA0, 0, 0, 0, 0x65) => CardScheme.Jcb,
                (0xA0, 0, 0, 0x03, 0x33) => CardScheme.UnionPay,
                _ => CardScheme.Unknown,
            };

        /// <summary>By the ranges of card numbers that the schemes publish; unknown where they are of nobody
        /// here.</summary>
        public static CardScheme OfPan(ReadOnlySpan<char> pan)
        {
            if (pan.Length < 6 || !int.TryParse(pan[..6], System.Globalization.NumberStyles.None, null, out int first))
                return CardScheme.Unknown;

            return first switch
            {
                >= 400000 and <= 499999 => CardScheme.Visa,
                >= 510000 and <= 559999 or >= 222100 and <= 272099 => CardScheme.Mastercard,
                >= 340000 and <= 349999 or >= 370000 and <= 379999 => CardScheme.AmericanExpress,
                >= 352800 and <= 358999 => CardScheme.Jcb,
                >= 601100 and <= 601199 or >= 644000 and <= 659999 => CardScheme.Discover,
                >= 620000 and <= 629999 => CardScheme.UnionPay,
                _ => CardScheme.Unknown,
            };
        }
    }
}
