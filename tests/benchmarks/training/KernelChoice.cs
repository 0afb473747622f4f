using TorchSharp;

namespace CourseKit.Benchmarks.Training;

/// <summary>
/// Finds the kernel of OpenBLAS on which PyTorch is fastest. OpenBLAS knows processors up to those of its own year, and falls back to a kernel of 2004
/// for later ones: what it chooses by itself would make a weak peer of PyTorch there.
/// </summary>
/// <param name="nets">The nets to be compared: their products must be right.</param>
/// <param name="repeats">Turns for each kernel.</param>
/// <param name="seconds">Length of a turn.</param>
internal sealed class KernelChoice(IReadOnlyList<Net> nets, int repeats, double seconds)
{
    /// <summary>
    /// The most that a product may be off double precision, for each term of its sums. Factors lie between -1 and 1, and rounding to float is off by 6e-8
    /// of a sum at most, each time that a term is added; this is some sixteen times that, and far below a term that is left out.
    /// </summary>
    private const double Tolerance = 1e-6;

    // A kernel takes instructions that the CPU must have; null is OpenBLAS's own choice.
    private static readonly (string? Kernel, string Flag)[] Candidates = [(null, ""), ("Haswell", "avx2"), ("Zen", "avx2"), ("SkylakeX", "avx512f")];

    private readonly List<(long, long, long)> products =
        [.. nets.SelectMany(net => net.Products()).Concat([(1, 1, 1), (3, 5, 7), (31, 33, 29), (127, 129, 131), (256, 256, 256)]).Distinct()];

    // The lecture's larger net, whatever is compared: what a kernel is worth shows in its products.
    private static Net Timed => Net.All[1];

    /// <summary>Tries the kernels with one thread, prints what each did, and starts PyTorch on the fastest.</summary>
    /// <returns>PyTorch by its number of threads; empty without PyTorch.</returns>
    public Dictionary<int, Rival> Peers(int[] threads)
    {
        var peers = new Dictionary<int, Rival>();
        if (!Rival.HasPyTorch())
        {
            Console.WriteLine("PyTorch is left out: there is no torch for /usr/bin/python3 (Debian's packages: python3-torch, libopenblas0-pthread)\n");
            return peers;
        }
        Console.WriteLine($"PyTorch by OpenBLAS's kernels, steps/s of {Timed.Name} with one thread, medians of {repeats} turns of {seconds} s:");
        var (fastest, kernel) = Fastest();
        if (fastest is null)
        {
            Console.WriteLine("PyTorch is left out: it is right on none of the kernels\n");
            return peers;
        }
        Console.WriteLine($"the peer is {fastest.Version} on {fastest.Kernel}{(kernel is null ? ", OpenBLAS's own choice" : "")}\n");
        peers[1] = fastest;
        foreach (var count in threads.Except([1]))
        {
            var rival = Rival.PyTorch(count, kernel);
            if (Fault(rival, kernel) is { } fault)
            {
                Console.WriteLine($"PyTorch with {count} threads is left out: {fault}\n");
                rival?.Dispose();
                continue;
            }
            peers[count] = rival!;
        }
        return peers;
    }

    private (Rival? Rival, string? Kernel) Fastest()
    {
        var (flags, right) = (CpuFlags(), new List<(Rival Rival, string? Kernel, List<double> Rates)>());
        foreach (var (kernel, flag) in Contestants.Device.type == DeviceType.CUDA ? Candidates[..1] : Candidates)
        {
            if (flag != "" && !flags.Contains(flag))
            {
                Console.WriteLine($"- {kernel}: not tried, the CPU has no {flag}");
                continue;
            }
            var rival = Rival.PyTorch(1, kernel);
            if (Fault(rival, kernel) is { } fault)
            {
                Console.WriteLine($"- {Name(rival, kernel)}: {fault}");
                rival?.Dispose();
                continue;
            }
            right.Add((rival!, kernel, []));
        }
        // In turns, like the contestants.
        for (var turn = 0; turn < repeats; turn++)
        {
            foreach (var (rival, kernel, rates) in right.ToList())
            {
                if (rival.Rate(Timed, seconds) is { } rate)
                {
                    rates.Add(rate);
                    continue;
                }
                Console.WriteLine($"- {Name(rival, kernel)}: does not run");
                rival.Dispose();
                right.RemoveAll(other => other.Rival == rival);
            }
        }
        foreach (var (rival, kernel, rates) in right)
            Console.WriteLine($"- {Name(rival, kernel)}: {Comparison.Median(rates):F1}");
        var fastest = right.OrderByDescending(one => Comparison.Median(one.Rates)).FirstOrDefault();
        foreach (var (rival, _, _) in right.Where(one => one != fastest))
            rival.Dispose();
        return (fastest.Rival, fastest.Kernel);
    }

    /// <summary>What forbids to take this kernel for the peer; null where nothing does.</summary>
    private string? Fault(Rival? rival, string? kernel)
    {
        if (rival is null)
            return "does not run";
        if (kernel is not null && !rival.Kernel.Equals(kernel, StringComparison.OrdinalIgnoreCase))
            return $"not there, {rival.Kernel} instead";
        return rival.Difference(products) switch
        {
            null => "does not run",
            // Not a number is wrong, too.
            { } off when !(off <= Tolerance) => $"wrong, products are {off:G2} a term off double precision, {Tolerance} is allowed",
            _ => null,
        };
    }

    private static string Name(Rival? rival, string? kernel) => kernel ?? (rival is null ? "OpenBLAS's own choice" : $"OpenBLAS's own choice, {rival.Kernel}");

    // They are read before a kernel is tried, so that none ends in an illegal instruction. Without such a file only OpenBLAS's own choice is tried.
    private static string[] CpuFlags()
    {
        var lines = File.Exists("/proc/cpuinfo") ? File.ReadLines("/proc/cpuinfo") : [];
        return lines.FirstOrDefault(line => line.StartsWith("flags", StringComparison.Ordinal))?.Split(' ') ?? [];
    }
}
