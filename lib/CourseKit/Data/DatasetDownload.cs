using System.Net;
using System.Net.Http.Headers;
using CourseKit.Common;
using static System.FormattableString;

namespace CourseKit.Data;

/// <summary>Fetches published data sets from their mirrors.</summary>
public static class DatasetDownload
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly HttpClient Client = new() { Timeout = Timeout.InfiniteTimeSpan };  // Patience limits each wait, not the whole download

    /// <summary>
    /// Fetches a data set into a sub-folder with the set's name, in the folder that COURSEKIT_DATA names, else in the user's cache folder.
    /// Files that are already there and have the right SHA-256 are not fetched again. A download goes to a .part file, which is renamed when its
    /// SHA-256 is right. The next call continues an interrupted download.
    /// </summary>
    /// <returns>The sub-folder that holds the files.</returns>
    /// <exception cref="DatasetNotFoundException">No data set has this name, or the data set comes with the course.</exception>
    /// <exception cref="DatasetDownloadException">No mirror gave a file with the right content, or there is no network.</exception>
    /// <exception cref="IOException">A file cannot be written, e.g. because the disk is full.</exception>
    /// <exception cref="UnauthorizedAccessException">The user may not write to the folder.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancel"/> was cancelled.</exception>
    public static async Task<string> FetchAsync(string name, IProgress<DownloadProgress>? progress = null, CancellationToken cancel = default)
    {
        var info = Datasets.Named(name);
        if (info.Mirrors.Count == 0)
            throw new DatasetNotFoundException(name, [], "There is nothing to fetch: it comes with the course.");
        var folder = Path.Combine(DataFolder.OfUser ?? UserPath.Cache, name);
        await FetchAsync(info, folder, progress, cancel);
        return folder;
    }

    internal static async Task FetchAsync(DatasetInfo info, string folder, IProgress<DownloadProgress>? progress, CancellationToken cancel)
    {
        Directory.CreateDirectory(folder);
        long before = 0;
        foreach (var file in info.Files)
        {
            var path = Path.Combine(folder, file.Name);
            if (!File.Exists(path) || Datasets.Sha256(path) != file.Sha256)
                await FetchAsync(info, file, path, bytes => progress?.Report(new(file.Name, before + bytes, info.Length)), cancel);
            before += file.Length;
            progress?.Report(new(file.Name, before, info.Length));
        }
    }

    private static async Task FetchAsync(DatasetInfo info, DatasetFile file, string path, Action<long> report, CancellationToken cancel)
    {
        var part = path + ".part";
        var failures = new List<string>();
        Exception? last = null;
        foreach (var mirror in info.Mirrors)
        {
            var address = new Uri(mirror, file.Name);
            try
            {
                await DownloadAsync(address, part, file.Length, report, cancel);
                var found = Datasets.Sha256(part);
                if (found == file.Sha256)
                {
                    File.Move(part, path, overwrite: true);
                    return;
                }
                File.Delete(part);
                failures.Add($"{address}: SHA-256: found {found}, expected {file.Sha256}");
            }
            catch (Exception error) when (error is HttpRequestException or InvalidDataException or TimeoutException)
            {
                failures.Add($"{address}: {error.Message}");
                last = error;
            }
        }
        if (new FileInfo(part) is { Exists: true, Length: 0 })
            File.Delete(part);
        throw new DatasetDownloadException(info.Name, file.Name, failures, last);
    }

    private static async Task DownloadAsync(Uri address, string part, long length, Action<long> report, CancellationToken cancel)
    {
        await using var file = new FileStream(part, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        if (file.Length == length)
            return;
        if (file.Length > length)
            file.SetLength(0);
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (file.Length > 0)
            request.Headers.Range = new RangeHeaderValue(file.Length, null);
        using var response = await WaitAsync(token => Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, token), cancel);
        var continues = response.StatusCode == HttpStatusCode.PartialContent && response.Content.Headers.ContentRange?.From == file.Length;
        // A server may send the whole file (because it does not support ranges), send another range, or refuse the range. Then the .part file cannot
        // be continued. It is emptied, because otherwise the next try would fail in the same way.
        if (!continues && response.StatusCode is (HttpStatusCode.OK or HttpStatusCode.PartialContent or HttpStatusCode.RequestedRangeNotSatisfiable))
            file.SetLength(0);
        if (!continues && response.StatusCode != HttpStatusCode.OK)
            throw new InvalidDataException($"the server answered {(int)response.StatusCode} {response.ReasonPhrase}");

        file.Position = file.Length;
        await using var body = await response.Content.ReadAsStreamAsync(cancel);
        var buffer = new byte[1 << 17];
        while (await WaitAsync(token => body.ReadAsync(buffer, token).AsTask(), cancel) is > 0 and var count)
        {
            if (file.Length + count > length)
            {
                file.SetLength(0);
                throw new InvalidDataException($"length: found more than {length} bytes, expected {length}");
            }
            await file.WriteAsync(buffer.AsMemory(0, count), cancel);
            report(file.Length);
        }
        if (file.Length < length)
            throw new InvalidDataException($"length: found {file.Length} bytes, expected {length}: the connection was cut");
    }

    // A connection that is reset in the middle of a body gives an IOException, and so does a full disk. Only the reset is a reason to try the next
    // mirror. This method does not access the disk, so it turns every IOException into an HttpRequestException.
    private static async Task<T> WaitAsync<T>(Func<CancellationToken, Task<T>> step, CancellationToken cancel)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(Patience);
        try
        {
            return await step(patience.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new TimeoutException(Invariant($"no answer for {Patience.TotalSeconds} seconds"));
        }
        catch (IOException error)
        {
            throw new HttpRequestException(error.Message, error);
        }
    }
}
