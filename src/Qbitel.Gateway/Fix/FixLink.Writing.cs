using Qbitel.Gateway.Fix.Stores;

namespace Qbitel.Gateway.Fix;

/// <content>The thread that commits and sends.</content>
public sealed partial class FixLink
{
    // A thread of its own, because writing to disk blocks: the pool's threads would be used up by a few links.
    private void WriteForEver()
    {
        while (true)
        {
            FixChange change;
            ByteBuffer outgoing;
            FixConnection? connection;
            long version;
            lock (_gate)
            {
                while (!_isStopped && _change.IsEmpty && _outgoing.Length == 0 && _committed == _written)
                    Monitor.Wait(_gate);
                if (_isStopped && _change.IsEmpty) return;

                (change, _change, _spareChange) = (_change, _spareChange, _change);
                (outgoing, _outgoing, _spareOutgoing) = (_outgoing, _spareOutgoing, _outgoing);
                connection = _connection;
                version = _written;
            }

            try
            {
                _store.Commit(change);
            }
            catch (FixStoreException failed)
            {
                Fail(failed);
                return;
            }

            if (outgoing.Length > 0) connection?.Write(outgoing.Written);
            change.Clear();
            outgoing.Clear();
            TaskCompletionSource? idle;
            lock (_gate)
            {
                _committed = version;
                (idle, _idle) = (_idle, null);
            }

            idle?.TrySetResult();
        }
    }

    private void Fail(FixStoreException failed)
    {
        LogStoreFailed(failed, $"{_options}");
        TaskCompletionSource? idle;
        lock (_gate)
        {
            _failure = failed;
            _connection?.Cut();
            (idle, _idle) = (_idle, null);
        }

        idle?.TrySetResult();
    }
}
