using CourseKit.Display;
using CourseKit.Formatters;
using CourseKit.Native;
using CourseKit.Plots;
using CourseKit.Training;
using static System.FormattableString;
using static TorchSharp.torch;

namespace CourseKit;

/// <summary>General functions for notebooks: start the course, record figures, save and find files, check the machine.</summary>
public static partial class Course
{
    /// <summary>
    /// torch's default device. Tensors, modules and data sets live there unless another device is named. The default is the CPU until
    /// <see cref="Start"/> chooses another device.
    /// </summary>
    /// <exception cref="NativeBackendException">libtorch cannot be loaded.</exception>
    public static Device Device => NativeBackend.Device;

    /// <summary>
    /// Loads the native backend, limits the threads (<c>COURSEKIT_THREADS</c>, else <c>OMP_NUM_THREADS</c>, else one),
    /// picks the device, seeds the random numbers and makes the notebook show tensors and networks.
    /// Start may be called again, e.g. with another seed.
    /// </summary>
    /// <param name="seed">Seed of torch's random numbers.</param>
    /// <param name="device">"auto" (the first GPU where there is one and the build has CUDA, else the CPU), "cpu", "cuda", or a GPU by its number,
    /// "cuda:1".</param>
    /// <param name="deviceMemory">The share of each card's memory that this process may take, above 0 and at most 1, for several seats on a card; if left
    /// out, what <c>COURSEKIT_DEVICE_MEMORY</c> says, else all. libtorch takes it once, when it is loaded. On the CPU it means nothing.</param>
    /// <returns>
    /// A card that shows versions, device, threads and seed. When displayed, it also loads plotly.js for the charts.
    /// If "auto" took the CPU although the machine has a GPU or the build has CUDA, the card says why.
    /// </returns>
    /// <example>
    /// <code>
    /// Course.Start(seed: 2, device: "cpu")
    /// </code>
    /// </example>
    /// <exception cref="NativeBackendException">libtorch cannot be loaded, knows no shares, or is loaded with another share already.</exception>
    /// <exception cref="ArgumentException">The device is unknown, the GPU is not there, the share is not above 0 and at most 1, or COURSEKIT_THREADS is not a
    /// number of threads.</exception>
    public static CourseCard Start(int seed = 1, string device = "auto", double? deviceMemory = null)
    {
        DeviceMemory.Bound(deviceMemory);
        NativeBackend.Load();
        // Assemblies are loaded when they are first needed. A notebook there may fetch another Plotly.NET before its first chart: half of Plotly.NET would
        // then come from here and half from there, and their types do not fit. So a chart is made now.
        if (InteractiveHost.Enter())
            _ = Curves.Of("", [Curve.Of("", [1, 2], [1.0, 2.0])], y: "").FigureJson;
        TorchFormatters.Register();
        var threads = NativeThreads.Count;
        // The number of inter-op threads is not set. Only TorchScript's fork uses them, and torch ends the process if their number is set twice.
        set_num_threads(threads);
        var choice = DeviceChoice.Of(device, CudaSupport.Here);
        set_default_device(choice.Device);
        Seed(seed);
        return new(choice.Name, choice.Fallback, threads, seed);
    }

    /// <summary>Seeds torch's random numbers on every device.</summary>
    /// <param name="seed">The same seed gives the same numbers.</param>
    /// <exception cref="NativeBackendException">libtorch cannot be loaded.</exception>
    public static void Seed(int seed)
    {
        NativeBackend.Load();
        manual_seed(seed);
    }

    /// <summary>Checks a number of updates before anything is prepared for them.</summary>
    /// <param name="updates">How many updates a notebook's trainings make.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is below 1.</exception>
    public static void CheckUpdates(long updates) => TrainingCheck.Updates(updates);

    /// <summary>Displays a figure, so that the notebook keeps it. <c>coursekit run</c> collects all figures in summary.json.</summary>
    /// <param name="name">The figure's name, e.g. "frechet-distance". If a name is recorded again, the last value counts.</param>
    /// <param name="value">A finite number.</param>
    /// <param name="caption">
    /// What the figure says, as a sentence for readers: "99 % of the faces have two eyes of one colour". The notebook and the course's first page
    /// show it in place of the name.
    /// </param>
    /// <exception cref="ArgumentException">The name is empty, the caption is blank, or the value is NaN or infinite.</exception>
    public static void Record(string name, double value, string? caption = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (!double.IsFinite(value))
            throw new ArgumentException(Invariant($"'{name}' is {value}; a recorded figure must be a finite number. ")
                + "Look at the loss curves: did the training diverge?", nameof(value));
        if (caption is not null)
            ArgumentException.ThrowIfNullOrWhiteSpace(caption);
        NotebookHost.Display(new RecordedFigure(name, value, caption));
    }
}
