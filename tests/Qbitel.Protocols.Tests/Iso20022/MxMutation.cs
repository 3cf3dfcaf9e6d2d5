using System.Text;

namespace Qbitel.Protocols.Tests.Iso20022;

/// <summary>Changes to a text that are the same in every run: drawn from a seed by SplitMix64.</summary>
internal sealed class MxMutation(ulong seed)
{
    private static readonly byte[][] Pieces =
    [
        .. "<|>|/|\"|'|=|&| |\n|\r|\t|!|?|-|]|[|:|;|#|x|é|\0|\u0001|￾|😀|<a>|</a>|<a/>|<!--|-->|<![CDATA[|]]>|<?p ?>"
            .Split('|').Select(Encoding.UTF8.GetBytes),
        .. ("<?xml |?>|&amp;|&lt;|&#65;|&#x1F600;|&#0;|&e;| b='c'| xmlns:p='u'| xmlns=''|p:|<!DOCTYPE a>|"
            + " xml:space='x'|--")
            .Split('|').Select(Encoding.UTF8.GetBytes),
        [0xC3], [0xFF], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xEF, 0xBF, 0xBF],
    ];

    private ulong _state = seed;

    public int Next(int below)
    {
        unchecked
        {
            _state += 0x9E3779B97F4A7C15;
            ulong z = _state;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return (int)((z ^ (z >> 31)) % (ulong)below);
        }
    }

    /// <summary>One to three changes: a piece put in or over, bytes out, a stretch twice, the end cut off.</summary>
    public byte[] Of(byte[] text)
    {
        List<byte> bytes = [.. text];
        for (int changes = 1 + (Next(4) / 2); changes > 0 && bytes.Count > 0; changes--)
        {
            int at = Next(bytes.Count);
            byte[] piece = Pieces[Next(Pieces.Length)];
            switch (Next(6))
            {
                case 0: bytes.InsertRange(at, piece); break;
                case 1: bytes.RemoveRange(at, Math.Min(1 + Next(8), bytes.Count - at)); break;
                case 2: bytes[at] = (byte)Next(256); break;
                case 3: bytes[at] = piece[0]; break;
                case 4:
                    int length = Math.Min(1 + Next(40), bytes.Count - at);
                    bytes.InsertRange(at, bytes.GetRange(at, length));
                    break;
                default:
                    if (Next(8) == 0) bytes.RemoveRange(at, bytes.Count - at);
                    else bytes.InsertRange(at, piece);
                    break;
            }
        }

        return [.. bytes];
    }
}
