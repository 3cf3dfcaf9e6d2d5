using System.Buffers.Binary;
using System.Text;

namespace Qbitel.Discovery.Tests.Analysis;

/// <summary>Messages of our own making: FIX, SWIFT MT, and a binary protocol nobody knows.</summary>
internal static class Samples
{
    private static readonly string[] Names = ["ACME CORP", "GLOBEX LTD", "INITECH", "UMBRELLA PLC"];

    public static byte[] Fix(int number)
    {
        string body = $"35={"D8F0"[number % 4]}|49=BUY1|56=SELL|34={number + 1}|52=20261124-08:00:{number % 60:00}.000|"
            + $"11=ORD{number * 37 % 9999}|";
        string head = $"8=FIX.4.4|9={body.Length}|{body}".Replace('|', '\u0001');
        int sum = Encoding.ASCII.GetBytes(head).Sum(b => b) % 256;
        return Encoding.ASCII.GetBytes($"{head}10={sum:000}\u0001");
    }

    public static byte[] Mt103(int number) => Encoding.ASCII.GetBytes(
        "{1:F01BANKBEBBAXXX0000000000}{2:I103BANKDEFFXXXXN}"
        + "{3:{121:" + $"{number:x8}-0000-4000-8000-000000000000" + "}}{4:\r\n"
        + $":20:REF{number:00000}\r\n:23B:CRED\r\n:32A:261124USD{1000 + number},50\r\n:50K:/1234567890\r\nACME CORP\r\n"
        + ":59:/0987654321\r\nGLOBEX LTD\r\n:71A:SHA\r\n-}");

    /// <summary>A network management request, in ASCII, without a header.</summary>
    public static byte[] Iso8583(int number) =>
        Encoding.ASCII.GetBytes($"08008220000000000000040000000000000011240800{number % 60:00}{number:000000}301");

    public static byte[] Iso8583OnTheWire(int number) => [0, (byte)Iso8583(number).Length, .. Iso8583(number)];

    /// <summary>
    /// Magic, version, type, length of the whole (little-endian), sequence, time, body, a trailing sum.
    /// </summary>
    public static byte[] Proprietary(int number)
    {
        byte type = (byte)(1 + (number % 3));
        byte[] name = Encoding.ASCII.GetBytes(Names[number % Names.Length]);
        byte[] body = type == 3 ? Noise(number, 16) : [.. Noise(number, 5), (byte)name.Length, .. name, 0, 0];
        byte[] message = new byte[20 + body.Length + 2];
        message[0] = 0xB7;
        message[1] = 0x51;
        message[2] = 1;
        message[3] = type;
        BinaryPrimitives.WriteInt32LittleEndian(message.AsSpan(4), message.Length);
        BinaryPrimitives.WriteInt32LittleEndian(message.AsSpan(8), 70_000 + number);
        BinaryPrimitives.WriteInt32LittleEndian(message.AsSpan(12), 1_795_507_200 + (number * 17));
        body.CopyTo(message, 20);
        BinaryPrimitives.WriteUInt16LittleEndian(message.AsSpan(message.Length - 2),
            (ushort)(message[..^2].Sum(b => b) & 0xFFFF));
        return message;
    }

    /// <summary>Bytes without any pattern, the same for the same number (SplitMix64).</summary>
    public static byte[] Noise(int number, int length)
    {
        byte[] noise = new byte[length];
        ulong state = unchecked(((ulong)number * 0x2545F4914F6CDD1D) + 1);
        for (int i = 0; i < length; i++)
        {
            unchecked
            {
                state += 0x9E3779B97F4A7C15;
                ulong x = state;
                x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
                x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
                noise[i] = (byte)((x ^ (x >> 31)) & 0xFF);
            }
        }

        return noise;
    }
}
