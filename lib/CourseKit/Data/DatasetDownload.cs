using System.Net;
using System.Net.Http.Headers;

namespace CourseKit.Data;

/// <summary>Fetches published data sets from their mirrors.</summary>
public static class DatasetDownload
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly HttpClient Client = new() { Timeout = Timeout.InfiniteTimeSpan };  // Patience limits each wait, not the whole download

    /// <summary>
    /// Fetches the files that are not yet here into the folder that COURSEKIT_DATA names, else into the user's cache folder. A download is first
    /// written to a .part file, which gets the file's name when its SHA-256 is right. The next call continues an interrupted download.
    /// </summary>
    /// <returns>The folder that holds the files.</returns>
    /// <exception cref="DatasetNotFoundException">No data set that could be fetched has this name.</exception>
    /// <exception cref="DatasetDownloadException">No mirror gave a file with the right content, or there is no network.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static async Task<string> FetchAsync(string name, IProgress<DownloadProgress>? progress = null, CancellationToken cancel = default)
    {
        var info = Datasets.Named(name);
        if (info.Mirrors.Count == 0)
            throw new DatasetNotFoundException(name, [], "There is nothing to fetch: it comes with the course.");
        var folder = Path.Combine(DataFolder.OfUser ?? DataFolder.Cache, name);
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
        // A server that does not support ranges sends the whole file again. A server that refuses the range would refuse it every time. So begin anew.
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
    // mirror.
    // So this method, which does no disk access, turns its IOException into an HttpRequestException.
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
            throw new TimeoutException($"no answer for {Patience.TotalSeconds} seconds");
        }
        catch (IOException error)
        {
            throw new HttpRequestException(error.Message, error);
        }
    }
}
