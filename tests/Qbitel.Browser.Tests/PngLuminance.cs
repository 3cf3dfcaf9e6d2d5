using System.Buffers.Binary;
using System.IO.Compression;

namespace Qbitel.Browser.Tests;

/// <summary>Reads the pictures that Chromium takes: 8 bits a channel, with or without alpha, not interlaced.</summary>
internal static class PngLuminance
{
    public static (byte[] Luminance, int Width, int Height) Read(byte[] png)
    {
        int width = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)),
            height = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20));
        Assert.Equal(8, png[24]);
        int channels = png[25] switch
        {
            2 => 3,
            6 => 4,
            _ =>
            throw new NotSupportedException($"Colour type {png[25]}")
        };
        using MemoryStream data = new();
        for (int at = 8; at < png.Length;)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(at));
            if (png.AsSpan(at + 4, 4).SequenceEqual("IDAT"u8)) data.Write(png, at + 8, length);
            at += length + 12;
        }

        data.Position = 0;
        using ZLibStream stream = new(data, CompressionMode.Decompress);
        byte[] luminance = new byte[width * height], before = new byte[width * channels],
            line = new byte[width * channels];
        for (int y = 0; y < height; y++)
        {
            int filter = stream.ReadByte();
            stream.ReadExactly(line);
            for (int i = 0; i < line.Length; i++)
            {
                int left = i < channels ? 0 : line[i - channels], corner = i < channels ? 0 : before[i - channels];
                int add = filter switch
                {
                    1 => left,
                    2 => before[i],
                    3 => (left + before[i]) / 2,
                    4 =>
                    Paeth(left, before[i], corner),
                    _ => 0
                };
                line[i] = (byte)((line[i] + add) & 0xFF);
            }

            for (int x = 0; x < width; x++) luminance[(y * width) + x] = line[(x * channels) + 1];
            (before, line) = (line, before);
        }

        return (luminance, width, height);
    }

    private static int Paeth(int left, int up, int corner)
    {
        int estimate = left + up - corner;
        int a = Math.Abs(estimate - left), b = Math.Abs(estimate - up), c = Math.Abs(estimate - corner);
        return a <= b && a <= c ? left : b <= c ? up : corner;
    }
}
