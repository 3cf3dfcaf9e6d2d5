using System.Security.Cryptography;
using System.Text;
using Qbitel.Hsm.Custody;

namespace Qbitel.Printing.Shares;

/// <summary>
/// Shows each custodian the code of their share on a terminal, one after the other, on the terminal's other screen:
/// what was there is not in its history afterwards.
/// </summary>
/// <param name="screen">The terminal.</param>
/// <param name="next">Comes back when a key was pressed.</param>
internal sealed class ShareScreen(TextWriter screen, Func<CancellationToken, Task> next)
{
    // xterm's control sequences, which today's terminals have: other screen and back, clear and go to the first place,
    // black on white and back.
    private const string Other = "\e[?1049h", Back = "\e[?1049l", Clear = "\e[2J\e[3J\e[H", Paper = "\e[30;107m",
        Plain = "\e[0m";

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    /// <exception cref="RefusedException">There is no terminal, or no keyboard.</exception>
    public static ShareScreen OfConsole()
    {
        if (Console.IsOutputRedirected || Console.IsInputRedirected)
        {
            throw new RefusedException("Codes of shares are shown on a terminal only, to a person who is there.",
                "Run it in a terminal, or print the shares with --print html.");
        }

        return new ShareScreen(Console.Out, async cancellation =>
        {
            // Not a blocking read: a share must leave the screen when the program is told to end.
            while (!Console.KeyAvailable) await Task.Delay(Poll, TimeProvider.System, cancellation);
            Console.ReadKey(intercept: true);
        });
    }

    public async Task ShowAsync(IEnumerable<(CustodianShare Share, string Custodian)> shares,
        CancellationToken cancellation)
    {
        screen.Write(Other);
        try
        {
            foreach ((CustodianShare share, string custodian) in shares)
            {
                string whose = $"share {share.Number} of {share.Count}, for {Printable.Text(custodian)}";
                screen.Write($"{Clear}Next is {whose}.\nPress a key when nobody else sees the screen. ");
                await screen.FlushAsync(cancellation);
                await next(cancellation);
                screen.Write(Clear);
                Show(share);
                screen.Write(
                    $"{char.ToUpperInvariant(whose[0])}{whose[1..]}. Press a key when it is read: it is cleared. ");
                await screen.FlushAsync(cancellation);
                await next(cancellation);
            }
        }
        finally
        {
            screen.Write(Clear + Back);
            await screen.FlushAsync(CancellationToken.None);
        }
    }

    private void Show(CustodianShare share)
    {
        char[] text = GC.AllocateUninitializedArray<char>(CustodianShare.TextLength, pinned: true);
        byte[] bytes = GC.AllocateUninitializedArray<byte>(CustodianShare.TextLength, pinned: true);
        using SecretText blocks = new();
        try
        {
            share.WriteText(text);
            Encoding.ASCII.GetBytes(text, bytes);
            using QrCode code = new(bytes);
            ShareSheet.AppendBlocks(blocks, code);
            char[] shown = GC.AllocateUninitializedArray<char>(blocks.Written.Length, pinned: true);
            int size = Encoding.UTF8.GetChars(blocks.Written.Span, shown);
            for (int from = 0, line; from < size; from += line + 1)
            {
                line = shown.AsSpan(from, size - from).IndexOf('\n');
                screen.Write(Paper);
                screen.Write(shown, from, line);
                screen.Write(Plain + "\n");
            }

            Array.Clear(shown);
        }
        finally
        {
            Array.Clear(text);
            CryptographicOperations.ZeroMemory(bytes);
        }
    }
}
