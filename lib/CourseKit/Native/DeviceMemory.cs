using System.Globalization;
using static System.FormattableString;

namespace CourseKit.Native;

/// <summary>
/// A seat's share of a card's memory, where several seats are on one card. libtorch's allocator keeps to the share: what would be beyond it is out of
/// memory, as on a smaller card. The driver's own part of each process, some 300 to 500 MB, is not counted in.
/// </summary>
internal static class DeviceMemory
{
    public const string Variable = "COURSEKIT_DEVICE_MEMORY";

    // PyTorch 2.9 and newer read the first of these; the second is its name from before, which they take too. The key is of 2.9 and newer.
    private const string Settings = "PYTORCH_ALLOC_CONF", OldSettings = "PYTORCH_CUDA_ALLOC_CONF", Key = "per_process_memory_fraction";

    /// <summary>The share that libtorch was told, above 0 and at most 1; null if it was told none.</summary>
    public static double? Share { get; private set; }

    /// <summary>Reads a share: what the caller asks for, else what the variable says, else none.</summary>
    /// <exception cref="ArgumentException">It is not a number above 0 and at most 1.</exception>
    public static double? ShareOf(double? deviceMemory, string? variable)
    {
        if (deviceMemory is { } share)
        {
            return share is > 0 and <= 1 ? share
                : throw new ArgumentException(Invariant($"deviceMemory is {share}; expected a share of the card's memory above 0 and at most 1, such as 0.25."), nameof(deviceMemory));
        }
        if (string.IsNullOrWhiteSpace(variable))
            return null;
        return double.TryParse(variable, NumberStyles.Float, CultureInfo.InvariantCulture, out var read) && read is > 0 and <= 1 ? read
            : throw new ArgumentException($"{Variable} is \"{variable}\"; expected a share of the card's memory above 0 and at most 1, such as 0.25.");
    }

    /// <summary>Tells libtorch the share. libtorch asks for it once, when it is loaded. Where it is built for the CPU alone, a share means nothing.</summary>
    /// <exception cref="ArgumentException">The share is not a number above 0 and at most 1.</exception>
    /// <exception cref="NativeBackendException">libtorch is loaded with another share already, or knows no shares.</exception>
    public static void Bound(double? asked)
    {
        var share = ShareOf(asked, Environment.GetEnvironmentVariable(Variable));
        if (!NativeBackend.HasCuda || share is null || share == Share || (NativeBackend.IsLoaded && asked is null))
            return;
        if (NativeBackend.IsLoaded)
        {
            throw new NativeBackendException(Invariant($"deviceMemory is {asked}, but libtorch was loaded {(Share is { } told ? Invariant($"with {told}") : "without a share")}, ")
                + "and it asks once, when it is loaded. Restart the kernel, and call Course.Start with the share first.");
        }
        CheckKey(share.Value);
        _ = NativeThreads.SetVariable(Settings, SettingsWith(share.Value, Environment.GetEnvironmentVariable(Settings) ?? Environment.GetEnvironmentVariable(OldSettings)), 1);
        Share = share;
    }

    /// <summary>The allocator's settings of the user, with the share.</summary>
    public static string SettingsWith(double share, string? settings) => string.Join(',',
        (settings ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Where(one => one.Split(':')[0].Trim() != Key).Append(Invariant($"{Key}:{share}")));

    // A libtorch that does not know the key ends the process at the first tensor on the card.
    private static void CheckKey(double share)
    {
        var library = Path.Combine(LibTorchFolder.Chosen ?? NativeBackend.Folder, "libc10_cuda.so");
        if (!Machine.IsFile(library) || File.ReadAllBytes(library).AsSpan().IndexOf(System.Text.Encoding.ASCII.GetBytes(Key)) < 0)
            throw new NativeBackendException(Invariant($"deviceMemory is {share}, but {library} knows no {Key}; that of PyTorch 2.9 or newer does. Unset {Variable}, or leave deviceMemory out."));
    }
}
