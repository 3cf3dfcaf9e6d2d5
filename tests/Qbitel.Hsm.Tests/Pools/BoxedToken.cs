using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Threading.Channels;
using Qbitel.Cryptography;

namespace Qbitel.Hsm.Tests.Pools;

/// <summary>
/// A token in another process, as a network HSM is in another box: killed, it is gone with every call that was with it;
/// started again, it is there again.
/// </summary>
internal sealed class BoxedToken(string root) : HsmProvider
{
    private Connection _connection = new(root);

    public override string Name => "boxed";

    public void Kill() => _connection.Kill();

    public void Restart() => _connection = new Connection(root);

    public override bool KeepsInHardware(KeyAlgorithm algorithm) => false;

    /// <summary>Algorithm, check value, public key and time of a description, each with its length.</summary>
    public static byte[] Describe(HsmKey key)
    {
        byte[] name = System.Text.Encoding.ASCII.GetBytes(key.Algorithm.Name);
        MemoryStream written = new();
        Span<byte> number = stackalloc byte[8];
        foreach (ReadOnlyMemory<byte> part in (ReadOnlyMemory<byte>[])[name, key.CheckValue, key.PublicKey])
        {
            BinaryPrimitives.WriteInt32LittleEndian(number, part.Length);
            written.Write(number[..4]);
            written.Write(part.Span);
        }

        BinaryPrimitives.WriteInt64LittleEndian(number, key.MadeAt.ToUnixTimeMilliseconds());
        written.Write(number);
        return written.ToArray();
    }

    public static HsmKey Described(TokenKeyId id, ReadOnlySpan<byte> bytes, out int used)
    {
        int at = 0;
        KeyAlgorithm algorithm = KeyAlgorithm.Parse(System.Text.Encoding.ASCII.GetString(Part(bytes, ref at)));
        byte[] checkValue = Part(bytes, ref at), publicKey = Part(bytes, ref at);
        DateTimeOffset madeAt =
            DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64LittleEndian(bytes[at..]));
        used = at + 8;
        return algorithm is CipherAlgorithm cipher ? HsmKey.OfCipher(id, cipher, checkValue, madeAt)
            : HsmKey.OfPair(id, algorithm, publicKey, madeAt);

        static byte[] Part(ReadOnlySpan<byte> from, ref int at)
        {
            int length = BinaryPrimitives.ReadInt32LittleEndian(from[at..]);
            byte[] part = from.Slice(at + 4, length).ToArray();
            at += 4 + length;
            return part;
        }
    }

    protected override bool SupportsCore(HsmOperation operation, KeyAlgorithm algorithm) =>
        operation is HsmOperation.GenerateKey or HsmOperation.Find or HsmOperation.Sign or HsmOperation.Decrypt
            or HsmOperation.Decapsulate;

    protected override async ValueTask<HsmKey> GenerateKeyCoreAsync(
        TokenKeyId id, KeyAlgorithm algorithm, CancellationToken cancellationToken) =>
        Described(id, await SendAsync(HsmOperation.GenerateKey, id, default,
            System.Text.Encoding.ASCII.GetBytes(algorithm.Name), cancellationToken), out _);

    protected override async ValueTask<HsmKey?> FindCoreAsync(TokenKeyId id, CancellationToken cancellationToken)
    {
        byte[] found = await SendAsync(HsmOperation.Find, id, default, default, cancellationToken);
        return found.Length == 0 ? null : Described(id, found, out _);
    }

    protected override IAsyncEnumerable<HsmKey> ListCoreAsync(CancellationToken cancellationToken) =>
        throw new NotSupportedException("The box lists nothing.");

    protected override ValueTask<byte[]> SignCoreAsync(
        HsmKey key, ReadOnlyMemory<byte> data, ReadOnlyMemory<byte> context, CancellationToken cancellationToken) =>
        SendAsync(HsmOperation.Sign, key.Id, Describe(key), data, cancellationToken);

    protected override ValueTask<byte[]> EncryptCoreAsync(HsmKey key, ReadOnlyMemory<byte> plaintext,
        ReadOnlyMemory<byte> associatedData, CancellationToken cancellationToken) =>
        throw new NotSupportedException("The box encrypts nothing.");

    protected override ValueTask<byte[]> DecryptCoreAsync(HsmKey key, ReadOnlyMemory<byte> container,
        ReadOnlyMemory<byte> associatedData, CancellationToken cancellationToken) =>
        SendAsync(HsmOperation.Decrypt, key.Id, Describe(key), container, cancellationToken);

    protected override ValueTask<byte[]> DecapsulateCoreAsync(
        HsmKey key, ReadOnlyMemory<byte> ciphertext, CancellationToken cancellationToken) =>
        SendAsync(HsmOperation.Decapsulate, key.Id, Describe(key), ciphertext, cancellationToken);

    protected override ValueTask<bool> DestroyCoreAsync(TokenKeyId id, CancellationToken cancellationToken) =>
        throw new NotSupportedException("The box destroys nothing.");

    protected override ValueTask<byte[]> RandomBytesCoreAsync(int count, CancellationToken cancellationToken) =>
        throw new NotSupportedException("The box has no random bytes.");

    protected override ValueTask DisposeCoreAsync()
    {
        Kill();
        return ValueTask.CompletedTask;
    }

    private async ValueTask<byte[]> SendAsync(
        HsmOperation operation, TokenKeyId id, ReadOnlyMemory<byte> description, ReadOnlyMemory<byte> data,
        CancellationToken cancellationToken)
    {
        byte[]? answer = await _connection.SendAsync(operation, id, description, data).WaitAsync(cancellationToken)
            ?? throw Failed(operation, HsmFailure.Unavailable, "the box is gone.", isTransient: true);
        return answer[4] == 1 ? answer[5..] : throw Failed(operation, (HsmFailure)answer[5], "the box refused.");
    }

    private sealed class Connection
    {
        private readonly Process _process;
        private readonly ConcurrentDictionary<int, TaskCompletionSource<byte[]?>> _waiting = new();
        private readonly Channel<byte[]> _requests = Channel.CreateUnbounded<byte[]>();
        private int _number;
        private volatile bool _isGone;

        public Connection(string root)
        {
            ProcessStartInfo start = new(Environment.ProcessPath!)
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                UseShellExecute = false,
            };
            start.ArgumentList.Add(BoxProcess.Worker);
            start.ArgumentList.Add(root);
            _process = Process.Start(start)!;
            _ = Task.Run(async () =>
            {
                try
                {
                    await BoxFrames.WriteAsync(_process.StandardInput.BaseStream, _requests.Reader);
                }
                catch (IOException)
                {
                    Gone();
                }
            });
            _ = Task.Run(async () =>
            {
                try
                {
                    await BoxFrames.ReadAsync(_process.StandardOutput.BaseStream, answer =>
                    {
                        if (_waiting.TryRemove(
                            BinaryPrimitives.ReadInt32LittleEndian(answer), out TaskCompletionSource<byte[]?>? one))
                        {
                            one.TrySetResult(answer);
                        }

                    });
                }
                catch (IOException)
                {
                    // the same as its end
                }

                Gone();
            });
        }

        public void Kill() => _process.Kill(); // SIGKILL

        public Task<byte[]?> SendAsync(
            HsmOperation operation, TokenKeyId id, ReadOnlyMemory<byte> description, ReadOnlyMemory<byte> data)
        {
            int number = Interlocked.Increment(ref _number);
            byte[] frame = new byte[4 + BoxProcess.HeadSize - 4 + description.Length + data.Length];
            BinaryPrimitives.WriteInt32LittleEndian(frame, frame.Length - 4);
            BinaryPrimitives.WriteInt32LittleEndian(frame.AsSpan(4), number);
            frame[8] = (byte)operation;
            id.WriteTo(frame.AsSpan(9));
            description.CopyTo(frame.AsMemory(9 + TokenKeyId.Size));
            data.CopyTo(frame.AsMemory(9 + TokenKeyId.Size + description.Length));
            TaskCompletionSource<byte[]?> waiting = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting[number] = waiting;
            if (!_requests.Writer.TryWrite(frame) || _isGone)
            {
                _waiting.TryRemove(number, out _);
                waiting.TrySetResult(null);
            }

            return waiting.Task;
        }

        private void Gone()
        {
            _isGone = true;
            _requests.Writer.TryComplete();
            foreach (int number in _waiting.Keys)
                if (_waiting.TryRemove(number, out TaskCompletionSource<byte[]?>? one)) one.TrySetResult(null);
        }
    }
}
