using System.Security.Cryptography;
using Amazon.KeyManagementService;
using Amazon.KeyManagementService.Model;

namespace Qbitel.Hsm.Clouds.Aws;

/// <summary>
/// Calls with a deadline, repeated where that is asked for or does no harm, and their errors in our words.
/// </summary>
internal sealed class AwsCalls(AmazonKeyManagementServiceClient client, AwsKmsOptions options, TimeProvider time)
{
    /// <param name="operation">What it is for.</param>
    /// <param name="id">The key, for the message.</param>
    /// <param name="isRepeatable">Doing it twice is the same as doing it once.</param>
    /// <param name="call">The call.</param>
    /// <param name="cancellationToken">The caller's.</param>
    public async ValueTask<T> RunAsync<T>(
        HsmOperation operation, TokenKeyId? id, bool isRepeatable,
        Func<AmazonKeyManagementServiceClient, CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        using CancellationTokenSource deadline = new(options.CallTimeout, time);
        using CancellationTokenSource both =
            CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                both.Token.ThrowIfCancellationRequested();
                return await call(client, both.Token);
            }
            catch (Exception) when (cancellationToken.IsCancellationRequested)
            {
                throw new OperationCanceledException(cancellationToken);
            }
            catch (Exception error) when (deadline.IsCancellationRequested
                && (error is OperationCanceledException || AwsFailure.IsOurs(error)))
            {
                throw TimedOut(operation, id);
            }
            catch (Exception error) when (AwsFailure.IsOurs(error) && attempt < options.Attempts
                && (AwsFailure.IsThrottling(error) || (isRepeatable && AwsFailure.IsPassing(error))))
            {
                // again below
            }
            catch (Exception error) when (AwsFailure.IsOurs(error))
            {
                throw AwsFailure.Describe(operation, id, error);
            }

            await PauseAsync(operation, id, attempt, deadline.Token, both.Token, cancellationToken);
        }
    }

    /// <summary>Describes the key behind an alias or ARN; null where there is none.</summary>
    public async ValueTask<KeyMetadata?> DescribeAsync(
        HsmOperation operation, TokenKeyId id, string name, CancellationToken cancellationToken)
    {
        try
        {
            DescribeKeyResponse found = await RunAsync(operation, id, true,
                (kms, stop) => kms.DescribeKeyAsync(new DescribeKeyRequest { KeyId = name }, stop), cancellationToken);
            return found.KeyMetadata
                ?? throw AwsKms.Odd(operation, $"AWS KMS describes key {id} without its description.");
        }
        catch (HsmException missing) when (missing.Failure == HsmFailure.KeyMissing)
        {
            return null;
        }
    }

    private async Task PauseAsync(HsmOperation operation, TokenKeyId? id, int attempt, CancellationToken deadline,
        CancellationToken both, CancellationToken cancellationToken)
    {
        // Between half and all of it, so that those who were turned away together do not return together.
        double part = 0.5 + (RandomNumberGenerator.GetInt32(501) / 1000.0);
        try
        {
            await Task.Delay(options.FirstPause * Math.Pow(2, attempt - 1) * part, time, both);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested
            && !cancellationToken.IsCancellationRequested)
        {
            throw TimedOut(operation, id);
        }
    }

    private HsmException TimedOut(HsmOperation operation, TokenKeyId? id) => new(
        AwsKms.ProviderName, operation, HsmFailure.Unavailable,
        $"{(id is null ? "" : $"key {id}: ")}no answer within {options.CallTimeout.TotalSeconds} seconds.",
        isTransient: true);
}
