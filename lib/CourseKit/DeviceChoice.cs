using System.Globalization;
using TorchSharp;
using static TorchSharp.torch;

namespace CourseKit;

/// <summary>The device for the course's tensors. It depends on what the user asked for and on what this machine and this build have.</summary>
/// <param name="Device">The CPU, or a GPU by its number.</param>
/// <param name="Fallback">Why "auto" chose the CPU although the machine has a GPU or the build has CUDA; null in all other cases.</param>
internal sealed record DeviceChoice(Device Device, string? Fallback)
{
    /// <summary>Chooses the device that was asked for, if this machine and this build have it.</summary>
    /// <exception cref="ArgumentException">The device is unknown, or the GPU is not there.</exception>
    public static DeviceChoice Of(string device, Native.CudaSupport support) => device switch
    {
        "cpu" => new(CPU, null),
        "auto" when support.Gpus > 0 => new(Gpu(0), null),
        "auto" => new(CPU, support.Missing),
        _ => new(Gpu(Number(device, support)), null),
    };

    /// <summary>"cpu" or "cuda:0".</summary>
    public string Name => Device.type == DeviceType.CPU ? "cpu" : $"cuda:{Device.index}";

    private static Device Gpu(int number) => new(DeviceType.CUDA, number);

    private static int Number(string device, Native.CudaSupport support)
    {
        var number = 0;
        if (device != "cuda" && !(device.StartsWith("cuda:", StringComparison.Ordinal) && int.TryParse(device.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out number)))
            throw new ArgumentException($"device is \"{device}\"; expected \"auto\", \"cpu\" or \"cuda\", or a GPU by its number, such as \"cuda:1\".", nameof(device));
        if (number < support.Gpus)
            return number;
        throw new ArgumentException($"device is \"{device}\", but torch finds {support.Gpus switch { 0 => "no GPU", 1 => "one GPU, cuda:0", var count => $"{count} GPUs, cuda:0 to cuda:{count - 1}" }}"
            + $"{(support.Missing is null ? "" : $": {support.Missing}")}. Use \"auto\", which takes what there is.", nameof(device));
    }
}
