// @ts-check
/**
 * Microphone, camera and the level of what is heard.
 *
 * STABLE API
 *   openMedia({audio, video, microphone?, camera?}) → Promise<MediaStream>; MediaProblem on failure
 *   listDevices()                     → {microphones, cameras} with labels, once permission is given
 *   levelMeter(track, onLevel)        → stop; onLevel(0–1, dBFS) about 20 times a second
 *   playChime()                       → Promise, resolved when it has been played
 *   stopTracks(stream)
 */

/** Why the devices could not be had. `code`: "denied", "missing", "busy", "insecure". */
export class MediaProblem extends Error {
  /** @param {string} code */
  constructor(code) {
    super(code);
    this.name = "MediaProblem";
    this.code = code;
  }
}

/** @param {unknown} error */
function problemCode(error) {
  const name = error instanceof DOMException ? error.name : "";
  if (name === "NotAllowedError" || name === "SecurityError") return "denied";
  if (name === "NotFoundError" || name === "OverconstrainedError") return "missing";
  return "busy";
}

/**
 * @param {{audio: boolean, video: boolean, microphone?: string, camera?: string}} wanted
 * @returns {Promise<MediaStream>}
 */
export async function openMedia({ audio, video, microphone, camera }) {
  if (!navigator.mediaDevices?.getUserMedia) throw new MediaProblem("insecure");
  try {
    return await navigator.mediaDevices.getUserMedia({
      audio: audio && {
        echoCancellation: true, noiseSuppression: true, autoGainControl: true,
        ...(microphone ? { deviceId: { ideal: microphone } } : {}),
      },
      video: video && {
        width: { ideal: 640 }, height: { ideal: 360 }, frameRate: { ideal: 15, max: 30 }, facingMode: "user",
        ...(camera ? { deviceId: { ideal: camera } } : {}),
      },
    });
  } catch (error) {
    throw new MediaProblem(problemCode(error));
  }
}

export async function listDevices() {
  const devices = await navigator.mediaDevices.enumerateDevices();
  return {
    microphones: devices.filter((device) => device.kind === "audioinput" && device.label),
    cameras: devices.filter((device) => device.kind === "videoinput" && device.label),
  };
}

/** @param {MediaStream | null | undefined} stream */
export function stopTracks(stream) {
  for (const track of stream?.getTracks() ?? []) track.stop();
}

/** @type {AudioContext | null} */
let context = null;
function audioContext() {
  context ??= new AudioContext();
  if (context.state === "suspended") context.resume().catch(() => { /* the next gesture wakes it */ });
  return context;
}

/**
 * @param {MediaStreamTrack} track @param {(level: number, dbfs: number) => void} onLevel
 * @returns {() => void}
 */
export function levelMeter(track, onLevel) {
  const audio = audioContext();
  const source = audio.createMediaStreamSource(new MediaStream([track]));
  const analyser = audio.createAnalyser();
  analyser.fftSize = 1024;
  source.connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    let power = 0;
    for (const sample of samples) power += sample * sample;
    const dbfs = 10 * Math.log10(power / samples.length + 1e-10);
    onLevel(Math.min(1, Math.max(0, (dbfs + 60) / 50)), dbfs);
  }, 50);
  return () => { clearInterval(timer); source.disconnect(); };
}

/** Three soft tones, one after the other. */
export async function playChime() {
  const audio = audioContext();
  await audio.resume();
  const begin = audio.currentTime + 0.05;
  for (const [index, frequency] of [392, 523.25, 659.25].entries()) {
    const tone = audio.createOscillator();
    const gain = audio.createGain();
    const at = begin + index * 0.32;
    tone.frequency.value = frequency;
    gain.gain.setValueAtTime(0, at);
    gain.gain.linearRampToValueAtTime(0.22, at + 0.03);
    gain.gain.exponentialRampToValueAtTime(0.001, at + 0.75);
    tone.connect(gain).connect(audio.destination);
    tone.start(at);
    tone.stop(at + 0.8);
  }
  await new Promise((resolve) => setTimeout(resolve, 1500));
}
