using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Qbitel.Testing;

/// <summary>
/// Traffic of a branch protocol of our own making that nobody documented: payments and their answers.
/// </summary>
/// <remarks>
/// Magic, version, type, length of all, sequence; of a payment two accounts, currency, amount and a reference with its
/// length; a CRC at the end.
/// </remarks>
public static class BranchTraffic
{
    public const byte Payment = 0x21, Answer = 0x22;

    private static readonly string[] Names = ["INVOICE", "RENT", "SALARY NOVEMBER", "FEE", "REFUND OF ORDER"];

    /// <summary>Payments and answers in turn; the same numbers give the same bytes.</summary>
    /// <param name="count">How many.</param>
    /// <param name="first">The number of the first; odd ones are payments.</param>
    /// <param name="currency">Of all payments; null for some in dollars, most in euros.</param>
    public static IReadOnlyList<byte[]> Messages(int count, int first = 1, string? currency = null) =>
        [.. Enumerable.Range(first, count).Select(i => i % 2 == 1 ? PaymentOf(i, currency) : AnswerTo(i))];

    /// <summary>The same as lines of JSON, as <c>qbitel discover</c> reads them.</summary>
    public static string Lines(IEnumerable<byte[]> messages) => string.Concat(messages.Select(m =>
        $"{{\"hex\":\"{Convert.ToHexStringLower(m)}\",\"dir\":\"{(m[3] == Payment ? "c2s" : "s2c")}\","
        + "\"flow\":\"branch 7\"}\n"));

    public static string Debtor(int number) => Iban($"37040044{Mixed(number) % 9_000_000_000:0000000000}");

    public static string Creditor(int number) => Iban($"50010517{Mixed(number + 7_919) % 9_000_000_000:0000000000}");

    public static long Minor(int number) => 1_000 + (Mixed(number * 31) % 9_000_000);

    private static byte[] PaymentOf(int number, string? currency)
    {
        string reference = $"{Names[(int)(Mixed(number) % Names.Length)]} {Mixed(number) % 10_000}";
        currency ??= Mixed(number) % 3 == 0 ? "USD" : "EUR";
        return Whole(Payment, number, [.. Text(Debtor(number)), .. Text(Creditor(number)), .. Text(currency),
            .. Text(Minor(number).ToString("000000000000", CultureInfo.InvariantCulture)), (byte)reference.Length,
            .. Text(reference)]);
    }

    private static byte[] AnswerTo(int number) =>
        Whole(Answer, number - 1, Text(Mixed(number) % 11 == 0 ? "51" : "00"));

    private static byte[] Whole(byte type, int sequence, byte[] body)
    {
        byte[] message = new byte[10 + body.Length + 2];
        message[0] = (byte)'B';
        message[1] = (byte)'R';
        message[2] = 1;
        message[3] = type;
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(4), (ushort)message.Length);
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(6), (uint)(41_000 + sequence));
        body.CopyTo(message, 10);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(message.Length - 2),
            Crc(message.AsSpan(0, message.Length - 2)));
        return message;
    }

    /// <summary>CRC-16 with polynomial 0x1021 from 0xFFFF.</summary>
    public static ushort Crc(ReadOnlySpan<byte> bytes)
    {
        int crc = 0xFFFF;
        foreach (byte b in bytes)
        {
            crc ^= b << 8;
            for (int bit = 0; bit < 8; bit++) crc = ((crc << 1) ^ ((crc & 0x8000) != 0 ? 0x1021 : 0)) & 0xFFFF;
        }

        return (ushort)crc;
    }

    // ISO 13616: D is 13, E is 14, and the check digits make the whole 1 of 97.
    private static string Iban(string account)
    {
        int rest = 0;
        foreach (char c in account + "131400") rest = ((rest * 10) + c - '0') % 97;
        return $"DE{98 - rest:00}{account}";
    }

    private static byte[] Text(string text) => Encoding.ASCII.GetBytes(text);

    // SplitMix64: looks random, and is the same for the same number.
    private static long Mixed(int number)
    {
        unchecked
        {
            ulong x = (ulong)number * 0x9E3779B97F4A7C15;
            x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
            x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
            return (long)((x ^ (x >> 31)) >> 2);
        }
    }
}
