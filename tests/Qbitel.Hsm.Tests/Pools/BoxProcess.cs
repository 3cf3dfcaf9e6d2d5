using System.Buffers.Binary;
using System.Threading.Channels;
using Qbitel.Cryptography;
using Qbitel.Hsm.Software;
using Qbitel.Hsm.Tests.Software;

namespace Qbitel.Hsm.Tests.Pools;

/// <summary>
/// The other end of a <see cref="BoxedToken"/>: a software token in a process of its own, until it is killed.
/// </summary>
internal static class BoxProcess
{
    public const string Worker = "box";

    /// <summary>
    /// A request: length, number, operation, key name, data. An answer: length, number, 1 where it worked, data.
    /// </summary>
    public const int HeadSize = 4 + 4 + 1 + TokenKeyId.Size;

    public static async Task<int> WorkAsync(string root)
    {
        using TokenSecret secret = TokenSecret.FromKeyFile(Path.Combine(root, "token.secret"));
        await using SoftwareToken token = await SoftwareToken.OpenAsync(
            new SoftwareTokenOptions { Folder = Path.Combine(root, "token") }, secret, TimeProvider.System, null,
            default);
        Channel<byte[]> requests = Channel.CreateUnbounded<byte[]>(), answers = Channel.CreateUnbounded<byte[]>();
        Task writing = BoxFrames.WriteAsync(Console.OpenStandardOutput(), answers.Reader);
        Task[] working = [.. Enumerable.Range(0, 2).Select(_ => Task.Run(async () =>
        {
            await foreach (byte[] request in requests.Reader.ReadAllAsync())
                answers.Writer.TryWrite(await AnswerAsync(token, request));
        }))];
        await BoxFrames.ReadAsync(Console.OpenStandardInput(), request => requests.Writer.TryWrite(request));
        requests.Writer.Complete();
        await Task.WhenAll(working);
        answers.Writer.Complete();
        await writing;
        return 0;
    }

    private static async Task<byte[]> AnswerAsync(SoftwareToken token, byte[] request)
    {
        int number = BinaryPrimitives.ReadInt32LittleEndian(request);
        HsmOperation operation = (HsmOperation)request[4];
        TokenKeyId id = new(request.AsSpan(5, TokenKeyId.Size));
        ReadOnlyMemory<byte> data = request.AsMemory(5 + TokenKeyId.Size);
        try
        {
            byte[] result;
            if (operation is HsmOperation.Find or HsmOperation.GenerateKey)
            {
                HsmKey? key = operation == HsmOperation.Find ? await token.FindAsync(id, default)
                    : await token.GenerateKeyAsync(
                        id, KeyAlgorithm.Parse(System.Text.Encoding.ASCII.GetString(data.Span)), default);
                result = key is null ? [] : BoxedToken.Describe(key);
            }
            else
            {
                HsmKey key = BoxedToken.Described(id, data.Span, out int used);
                data = data[used..];
                result = operation switch
                {
                    HsmOperation.Sign => await token.SignAsync(key, data, default, default),
                    HsmOperation.Decrypt => await token.DecryptAsync(key, data, default, default),
                    _ => await token.DecapsulateAsync(key, data, default),
                };
            }

            return BoxFrames.Answer(number, isGood: 1, result);
        }
        catch (HsmException error)
        {
            return BoxFrames.Answer(number, isGood: 0, [(byte)error.Failure]);
        }
    }
}

/// <summary>Frames with their length before them, written many at a time.</summary>
internal static class BoxFrames
{
    public static byte[] Answer(int number, byte isGood, ReadOnlySpan<byte> data)
    {
        byte[] frame = new byte[4 + 4 + 1 + data.Length];
        BinaryPrimitives.WriteInt32LittleEndian(frame, frame.Length - 4);
        BinaryPrimitives.WriteInt32LittleEndian(frame.AsSpan(4), number);
        frame[8] = isGood;
        data.CopyTo(frame.AsSpan(9));
        return frame;
    }

    public static async Task WriteAsync(Stream stream, ChannelReader<byte[]> frames)
    {
        MemoryStream batch = new();
        while (await frames.WaitToReadAsync())
        {
            batch.SetLength(0);
            while (batch.Length < 1 << 16 && frames.TryRead(out byte[]? frame)) batch.Write(frame);
            await stream.WriteAsync(batch.GetBuffer().AsMemory(0, (int)batch.Length));
            await stream.FlushAsync();
        }
    }

    public static async Task ReadAsync(Stream stream, Action<byte[]> handle)
    {
        byte[] buffer = new byte[1 << 18];
        int filled = 0;
        for (; ; )
        {
            int read = await stream.ReadAsync(buffer.AsMemory(filled));
            if (read == 0) return;
            filled += read;
            int at = 0;
            while (filled - at >= 4 && filled - at - 4 >= BinaryPrimitives.ReadInt32LittleEndian(buffer.AsSpan(at)))
            {
                int length = BinaryPrimitives.ReadInt32LittleEndian(buffer.AsSpan(at));
                handle(buffer[(at + 4)..(at + 4 + length)]);
                at += 4 + length;
            }

            buffer.AsSpan(at, filled - at).CopyTo(buffer);
            filled -= at;
        }
    }
}
