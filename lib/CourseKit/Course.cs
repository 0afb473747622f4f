using CourseKit.Display;
using CourseKit.Formatters;
using CourseKit.Native;
using static TorchSharp.torch;

namespace CourseKit;

/// <summary>What every notebook of the course begins with and reports to.</summary>
public static partial class Course
{
    /// <summary>
    /// Where tensors and modules live for which no other device is named, data sets too: torch's default device. The CPU until <see cref="Start"/> chose another.
    /// </summary>
    /// <exception cref="NativeBackendException">libtorch cannot be loaded.</exception>
    public static Device Device => NativeBackend.Device;

    /// <summary>
    /// Loads the native backend, bounds the threads (<c>COURSEKIT_THREADS</c>, else <c>OMP_NUM_THREADS</c>, else half the cores),
    /// seeds, picks the device and has the notebook show tensors and networks. May be called again, e.g. to begin anew with another seed.
    /// </summary>
    /// <param name="seed">Seed of torch's random numbers.</param>
    /// <param name="device">"auto" (the first GPU where there is one and the build has CUDA, else the CPU), "cpu", "cuda", or a GPU by its number, "cuda:1".</param>
    /// <returns>
    /// A card that shows version, device, threads and seed, and brings what charts need into the page. Where "auto" took the CPU though a GPU seems to be meant, it says why.
    /// </returns>
    /// <exception cref="NativeBackendException">libtorch cannot be loaded.</exception>
    /// <exception cref="ArgumentException">An unknown device, or a GPU that is not there.</exception>
    public static CourseCard Start(int seed = 1, string device = "auto")
    {
        NativeBackend.Load();
        TorchFormatters.Register();
        var threads = NativeThreads.Count;
        // The inter-op threads stay as they are: torch starts them only for TorchScript's fork, and ends the process if they are set twice.
        set_num_threads(threads);
        var choice = DeviceChoice.Of(device, CudaSupport.Here);
        set_default_device(choice.Device);
        Seed(seed);
        return new(choice.Name, choice.Fallback, threads, seed);
    }

    /// <summary>Seeds torch's random numbers on every device.</summary>
    /// <param name="seed">The same seed gives the same numbers.</param>
    public static void Seed(int seed)
    {
        NativeBackend.Load();
        manual_seed(seed);
    }

    /// <summary>Reports a figure: displays it, and leaves it in the notebook for <c>coursekit run</c>, which collects it in summary.json.</summary>
    /// <param name="name">What the figure is called, e.g. "frechet-distance"; recorded again, the last value counts.</param>
    /// <param name="value">A finite number.</param>
    /// <exception cref="ArgumentException">The name is empty, or the value is NaN or infinite.</exception>
    public static void Record(string name, double value)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (!double.IsFinite(value))
            throw new ArgumentException($"'{name}' is {value}; a recorded figure must be a finite number. "
                + "Look at the loss curves: did the training diverge?", nameof(value));
        NotebookHost.Display(new RecordedFigure(name, value));
    }
}
