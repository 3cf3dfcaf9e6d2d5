using System.Security.Cryptography;
using System.Text;
using Qbitel.Printing.Shares;
using Qbitel.Testing;

namespace Qbitel.Tests.Printing;

public sealed class QrCodeTests
{
    private const int Side = QrCode.Size + (2 * QrCode.Margin);

    [Fact]
    public void Another_reader_reads_what_was_drawn()
    {
        for (int i = 0, times = Soak.Times(gate: 60, soak: 60); i < times; i++)
        {
            // All lengths, and the characters of shares.
            string text = RandomNumberGenerator.GetString(
                "0123456789ABCDEFGHJKMNPQRSTVWXYZ-", i < QrCode.MaxContent ? i + 1 : QrCode.MaxContent);
            using QrCode code = new(Encoding.ASCII.GetBytes(text));
            Assert.Equal(text, Read(code, (_, _) => false));
        }
    }

    [Fact]
    public void It_holds_108_bytes_and_no_more()
    {
        string text = RandomNumberGenerator.GetHexString(QrCode.MaxContent);
        using QrCode code = new(Encoding.ASCII.GetBytes(text));
        Assert.Equal(text, Read(code, (_, _) => false));
        Assert.Throws<ArgumentOutOfRangeException>(() => new QrCode(new byte[QrCode.MaxContent + 1]));
    }

    [Theory]
    [InlineData(12, 12)] // in a corner without a finder
    [InlineData(8, 8)]
    public void A_stain_does_not_make_it_unreadable(int width, int height)
    {
        string text = RandomNumberGenerator.GetHexString(103);
        using QrCode code = new(Encoding.ASCII.GetBytes(text));
        Assert.Equal(text, Read(code, (x, y) => x is > 20 && x < 20 + width && y is > 28 && y < 28 + height));
    }

    [Fact]
    public void It_is_gone_when_it_is_disposed()
    {
        QrCode code = new("QBS1"u8);
        Assert.Equal(1, code[0, 0]);
        code.Dispose();
        for (int i = 0; i < QrCode.Size * QrCode.Size; i++) Assert.Equal(0, code[i % QrCode.Size, i / QrCode.Size]);
    }

    private static string? Read(QrCode code, Func<int, int, bool> stain) => QrReader.Read(
        QrReader.Picture(Side, (x, y) => stain(x, y) || code[x - QrCode.Margin, y - QrCode.Margin] == 1),
        Side * QrReader.Scale, Side * QrReader.Scale);
}
